import type { ServiceSpec } from "./service.ts";
import type { Settings } from "./settings.ts";

/** A services.yaml that was read and found right. */
export interface ServicesFile {
  readonly name: string;
  /** Real path of its folder: the workspace. */
  readonly root: string;
  readonly file: string;
  /** 16 hex digits of its content. */
  readonly fileHash: string;
  /** Its size and time of change, as `stampOfFile` gives them. */
  readonly fileStamp: string;
  /** Every file it was made of, and the default env file, there or not: absolute paths. */
  readonly sources: readonly string[];
  /** The enabled ones, in the order of the file. */
  readonly services: readonly ServiceSpec[];
  readonly offByProfile: readonly { readonly name: string; readonly profiles: readonly string[] }[];
  readonly settings: Settings;
  readonly warnings: readonly FileWarning[];
}

/** Something in the file that stops nothing. */
interface FileWarning {
  readonly code: string;
  readonly message: string;
  readonly place: { readonly file: string; readonly line: number } | null;
}
