import { connectControl } from "../control/control-socket.ts";
import { type SupervisorChannel, supervisorChannel } from "../control/supervisor-channel.ts";
import type { WorkspacePaths } from "../model/workspace.ts";

/** What stands behind a workspace's socket. */
export type Reached =
  | { readonly kind: "live"; readonly channel: SupervisorChannel; readonly pid: number }
  /** It answers, and is of another version than we are. */
  | { readonly kind: "other-version"; readonly channel: SupervisorChannel; readonly version: string }
  /** It accepts and does not answer: stopped, or stuck. */
  | { readonly kind: "silent" }
  | { readonly kind: "absent" };

/** Connects to the workspace's supervisor if there is one. `patienceMs`: how long it may take to say hello. */
export async function reachSupervisor(paths: WorkspacePaths, version: string, patienceMs: number): Promise<Reached> {
  const socket = await connectControl(paths.state);
  if (socket === null) return { kind: "absent" };
  const channel = supervisorChannel(socket, version);
  const patience = Promise.withResolvers<"silent">();
  const timer = setTimeout(() => patience.resolve("silent"), patienceMs);
  try {
    const greeting = await Promise.race([channel.greeting, patience.promise]);
    if (greeting === "silent") {
      socket.destroy();
      return { kind: "silent" };
    }
    if (greeting.version !== version) return { kind: "other-version", channel, version: greeting.version };
    return { kind: "live", channel, pid: greeting.pid };
  } catch {
    return { kind: "absent" };
  } finally {
    clearTimeout(timer);
  }
}
