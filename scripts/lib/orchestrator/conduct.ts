import { unpackServices } from "../control/packed-services.ts";
import type { Answer, Order } from "../control/protocol.ts";
import type { Emit } from "../model/event.ts";
import type { StateDocument } from "../model/state-document.ts";
import type { StartRequest } from "./operation.ts";
import type { Orchestrator } from "./orchestrator.ts";

/**
 * An orchestrator as requests over the control channel meet it.
 *
 * @param learnId Told the workspace's id before a start begins.
 */
export function conduct(orchestrator: Orchestrator, learnId: (id: string) => void) {
  return {
    get isIdle(): boolean {
      return orchestrator.isIdle;
    },
    get hasStock(): boolean {
      return orchestrator.hasStock;
    },
    get isPreparing(): boolean {
      return orchestrator.isPreparing;
    },
    document: (): StateDocument => orchestrator.document(),
    probeAll: (): Promise<void> => orchestrator.probeAll(),
    hear: (emit: Emit): (() => void) => orchestrator.hear(emit),
    begin(request: Order, emit: Emit) {
      if (request.kind === "stop") {
        const { done, interrupt } = orchestrator.stop(request, emit);
        return { interrupt, done: done.then((report): Answer => ({ kind: "stop", report })) };
      }
      learnId(request.workspaceId);
      const { done, interrupt } = orchestrator.start(startRequestOf(request), emit);
      return { interrupt, done: done.then((end): Answer => ({ kind: "start", end })) };
    },
  };
}

function startRequestOf(request: Order & { kind: "start" | "restart" | "reload" }): StartRequest {
  const file = unpackServices(request.file);
  const { profiles } = request;
  if (request.kind === "start") {
    const { services, strategy, failFast, fresh } = request;
    const dependencies = request.noDependencies ? "ignore" : "start";
    return { file, services, profiles, strategy, failFast, fresh, dependencies, restart: null, reload: null };
  }
  const how = { strategy: null, dependencies: "start", failFast: false, fresh: false } as const;
  if (request.kind === "reload") {
    return { file, services: [], profiles, restart: null, reload: { dryRun: request.dryRun }, ...how };
  }
  const { services } = request;
  return { file, services, profiles, restart: { names: services, because: "asked" }, reload: null, ...how };
}
