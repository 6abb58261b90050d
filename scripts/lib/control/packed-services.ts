import type { Dependency, ServiceSpec } from "../model/service.ts";
import type { ServicesFile } from "../model/services-file.ts";
import type { SourceSpan } from "../model/source-span.ts";

/** [offset, length], and the file where it is not the services file. */
type PackedSpan = readonly [offset: number, length: number, file?: string];

interface PackedSpec extends Omit<ServiceSpec, "span" | "dependsOn" | "environment"> {
  readonly span: PackedSpan;
  readonly dependsOn: readonly (Omit<Dependency, "span"> & { readonly span: PackedSpan })[];
  /** What differs from the common environment; null: a common variable this service does not have. */
  readonly environment: Readonly<Record<string, string | null>>;
}

/**
 * A services file as it crosses to the supervisor. Services differ little in their environment, and a span of each dependency names the same
 * file: said once, 200 services take a tenth of the room, and of the time to read them.
 */
export interface PackedServices extends Omit<ServicesFile, "services"> {
  readonly environment: Readonly<Record<string, string>>;
  readonly services: readonly PackedSpec[];
}

export function packServices(file: ServicesFile): PackedServices {
  const environment = file.services[0]?.environment ?? {};
  const pack = ({ file: path, offset, length }: SourceSpan): PackedSpan =>
    path === file.file ? [offset, length] : [offset, length, path];
  return {
    ...file,
    environment,
    services: file.services.map((spec) => ({
      ...spec,
      span: pack(spec.span),
      dependsOn: spec.dependsOn.map((dependency) => ({ ...dependency, span: pack(dependency.span) })),
      environment: differenceOf(environment, spec.environment),
    })),
  };
}

/** The services file as it was packed. */
export function unpackServices({ environment: common, services, ...file }: PackedServices): ServicesFile {
  const unpack = ([offset, length, path = file.file]: PackedSpan): SourceSpan => ({ file: path, offset, length });
  return {
    ...file,
    services: services.map((spec) => ({
      ...spec,
      span: unpack(spec.span),
      dependsOn: spec.dependsOn.map((dependency) => ({ ...dependency, span: unpack(dependency.span) })),
      environment: applied(common, spec.environment),
    })),
  };
}

function differenceOf(
  common: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const missing = Object.keys(common).filter((name) => !Object.hasOwn(own, name));
  const changed = Object.entries(own).filter(([name, value]) => !Object.hasOwn(common, name) || common[name] !== value);
  return Object.fromEntries([...missing.map((name) => [name, null] as const), ...changed]);
}

/** Services without a difference share one object. */
function applied(
  common: Readonly<Record<string, string>>,
  difference: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const changes = Object.entries(difference);
  if (changes.length === 0) return common;
  const environment: Record<string, string> = { ...common };
  for (const [name, value] of changes) {
    if (value === null) delete environment[name];
    else environment[name] = value;
  }
  return environment;
}
