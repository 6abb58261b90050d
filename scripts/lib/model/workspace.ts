/** Where one workspace keeps what; all absolute. `root` is the real path of the folder of services.yaml. */
export interface WorkspacePaths {
  readonly root: string;
  /** 12 hex digits of sha256(uid + root): tells the processes of two workspaces apart. */
  readonly id: string;
  readonly pids: string;
  readonly logs: string;
  /** `.groundswell`, mode 0700. */
  readonly state: string;
}
