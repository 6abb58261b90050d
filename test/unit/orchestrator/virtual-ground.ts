import { beforeAll, beforeEach, vi } from "vitest";
import { oneByOneOrder } from "../../../scripts/lib/graph/one-by-one-order.ts";
import { machine } from "./virtual-machine.ts";
import { installVirtualTime } from "./virtual-time.ts";

// For a test that imports this first, the floor below the orchestrator is a virtual machine's: time, processes, /proc, files. The orchestrator and
// the waits of health/ are the real ones.
vi.mock("node:timers/promises", async () => {
  const { timersPromises } = await import("./virtual-time.ts");
  return timersPromises;
});
vi.mock(import("../../../scripts/lib/process/spawn-service.ts"), () => ({
  spawnService: (request) => machine().spawn(request),
}));
vi.mock(import("../../../scripts/lib/process/kill-services.ts"), async () => {
  const { virtualKill } = await import("./virtual-kill.ts");
  return { killServices: virtualKill };
});
vi.mock(import("../../../scripts/lib/process/proc-table.ts"), async (original) => ({
  ...(await original()),
  readProcess: (pid) => machine().table().get(pid) ?? null,
  readProcessTable: () => machine().table(),
}));
vi.mock(import("../../../scripts/lib/process/pid-file.ts"), () => ({
  writePidFile: (_, record) => machine().record(record),
  removePidFile: (_, service) => void machine().pidFiles.delete(service),
  readPidFiles: () => ({ records: [...machine().pidFiles.values()], damaged: [], removedStale: [] }),
}));
vi.mock(import("../../../scripts/lib/process/marker.ts"), async (original) => ({
  ...(await original()),
  readMarkers: () => [],
  findMarked: () => machine().marked(),
}));
vi.mock(import("../../../scripts/lib/process/ports.ts"), async (original) => ({
  ...(await original()),
  readListeners: async () => [],
  listeningPortsOf: () => [],
}));
vi.mock(import("../../../scripts/lib/health/probe.ts"), async (original) => ({
  ...(await original()),
  probe: (check) => machine().probe(check.kind === "tcp" ? (check.targets[0]?.host ?? "") : ""),
}));
vi.mock(import("../../../scripts/lib/process/make-fifo.ts"), () => ({ makeFifo: () => machine().passes(5) }));
vi.mock(import("../../../scripts/lib/logs/last-lines.ts"), () => ({ lastLines: async () => [] }));
vi.mock(import("../../../scripts/lib/state/state-file.ts"), async (original) => ({
  ...(await original()),
  readState: () => machine().reading(),
  writeState: (_, document) => void (machine().state = document),
}));

/** Gives the tests of a file the virtual clock. Call it at the top. */
export function onVirtualGround(): void {
  // Loaded at its first use: that takes real time, and a virtual clock would not wait for it.
  beforeAll(async () => void (await oneByOneOrder([])));
  beforeEach(() => {
    const undo = installVirtualTime();
    // What the product calls a bug of its own reaches the invariants by the debug log, and would be said for every step of a search.
    const said = vi.spyOn(console, "error").mockReturnValue();
    return () => {
      undo();
      said.mockRestore();
    };
  });
}
