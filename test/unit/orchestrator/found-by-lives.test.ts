import { expect, test } from "vitest";
import type { ServiceSpec } from "../../../scripts/lib/model/service.ts";
import { edge } from "../graph/spec.ts";
import { checked, fileOf, plainScript } from "./plain-scenario.ts";
import type { Script } from "./virtual-process.ts";
import { onVirtualGround } from "./virtual-ground.ts";
import { play } from "./virtual-run.ts";
import type { Command } from "./virtual-session.ts";

onVirtualGround();

// What any-life.test.ts has found, and what its scenarios meet too seldom to find, each as short as it can be told.

const start = {
  kind: "start",
  services: [],
  strategy: null,
  dependencies: "start",
  failFast: false,
  fresh: false,
  restart: null,
  reload: null,
} as const;
const stop = { kind: "stop", services: [], force: false, timeoutMs: null, ordered: false } as const;

async function life(
  services: readonly (readonly [ServiceSpec, Partial<Script>])[],
  commands: readonly (readonly [number, Command])[],
) {
  return await play({
    file: fileOf(services.map(([spec]) => spec)),
    scripts: new Map(services.map(([{ name }, script]) => [name, [{ ...plainScript, ...script }]])),
    commands: commands.map(([gapMs, command]) => ({ gapMs, waits: false, command })),
  });
}

const task: ServiceSpec = { ...checked("task"), type: "task", healthCheck: { kind: "none" } };

test.each([stop, { kind: "interrupt", level: 1 } as const])(
  "a task that was done does not hold up the end of a start: $kind",
  async (command) => {
    const services = [
      [task, { endsAfterMs: 5 }],
      [checked("web", [edge("task", { condition: "completed" })]), { readyAfterMs: null }],
    ] as const;
    expect(
      await life(services, [
        [0, start],
        [50, command],
      ]),
    ).toMatchObject({ violation: null });
  },
);

test("a recovery that a start saw before the monitor did is no illegal transition", async () => {
  const services = [
    [
      { ...checked("db"), type: "task", healthCheck: { kind: "none" } },
      { endsAfterMs: 50, exitCode: 1 },
    ],
    [checked("web", [edge("db", { required: false })]), { sickAfterMs: 10, sickForMs: 650 }],
  ] as const;
  expect(
    await life(services, [
      [0, start],
      [200, start],
    ]),
  ).toMatchObject({ violation: null });
});

test("a start ends after the stop that came during its last look", async () => {
  const slow = { answerMs: 60, ignoresTerm: true };
  expect(
    await life(
      [[checked("db"), slow]],
      [
        [0, start],
        [80, stop],
      ],
    ),
  ).toMatchObject({ violation: null });
});

test("Ctrl-C at a start that waits for another's plan: both end", async () => {
  const fresh = { ...start, fresh: true };
  const commands: readonly (readonly [number, Command])[] = [
    [0, start],
    [100, fresh],
    [0, fresh],
    [0, { kind: "interrupt", level: 1 }],
  ];
  expect(await life([[checked("db"), { ignoresTerm: true }]], commands)).toMatchObject({ violation: null });
});

test("kill -9 between the first spawn and its record, after a clean end: the next start finds the process", async () => {
  const commands: readonly (readonly [number, Command])[] = [
    [0, start],
    [50, stop],
    [100, { kind: "kill-nine", at: "next-spawn" }],
    [0, start],
    [10, start],
  ];
  expect(await life([[checked("db"), {}]], commands)).toMatchObject({ violation: null });
});

test("a stop of one service, by a dead supervisor's records, does not make its end a clean one: what it had just spawned is still found", async () => {
  const killed = { kind: "kill-nine", at: "next-spawn" } as const;
  expect(
    await life(
      [
        [checked("db"), {}],
        [checked("web"), {}],
      ],
      [
        [0, start],
        [300, killed],
        [0, { ...start, restart: { names: ["db"], because: "asked" } }],
        [300, { ...stop, services: ["web"] }],
      ],
    ),
  ).toMatchObject({ violation: null });
});

/** The first run ends, the others do as `next` says. */
async function policyLife(
  services: readonly ServiceSpec[],
  first: Partial<Script>,
  next: Partial<Script>,
  commands: readonly (readonly [number, Command])[],
) {
  const plain = [{ ...plainScript, ignoresTerm: true }];
  return await play({
    file: fileOf(services),
    scripts: new Map(
      services.map(({ name, restart }) => [
        name,
        restart.kind === "no"
          ? plain
          : [
              { ...plainScript, ...first },
              { ...plainScript, ...next },
            ],
      ]),
    ),
    commands: commands.map(([gapMs, command]) => ({ gapMs, waits: false, command })),
  });
}

test("a start that comes while a policy's restart is about to spawn: it runs once", async () => {
  const web: ServiceSpec = { ...checked("web"), restart: { kind: "always" }, stdinOpen: true };
  for (const gapMs of [66, 67, 68, 69]) {
    const outcome = await policyLife([web], { endsAfterMs: 60 }, {}, [
      [0, start],
      [gapMs, start],
    ]);
    expect(outcome, outcome.lines.join("\n")).toMatchObject({ violation: null });
    expect(outcome.spawns).toBe(2);
  }
});

test("who joins the restart of a service that goes along with another gets an answer", async () => {
  const db: ServiceSpec = { ...checked("db"), restart: { kind: "always" } };
  const api = checked("api", [edge("db", { restart: true })]);
  const outcome = await policyLife([db, api], { endsAfterMs: 100 }, {}, [
    [0, start],
    [250, { ...start, services: ["api"], dependencies: "ignore" }],
  ]);
  expect(outcome, outcome.lines.join("\n")).toMatchObject({ violation: null });
  expect(outcome.lines.join("\n")).toContain("operation-joined");
});

test("a start that meets a restart that never becomes ready ends by the start's own clock", async () => {
  // Too slow for a crash loop: left to itself, the policy would try for ever.
  const db: ServiceSpec = { ...checked("db"), restart: { kind: "always" }, startTimeoutMs: 16_000 };
  const outcome = await policyLife([db, checked("api", [edge("db")])], { endsAfterMs: 100 }, { readyAfterMs: null }, [
    [0, start],
    [300, { ...start, services: ["api"] }],
  ]);
  expect(outcome, outcome.lines.join("\n")).toMatchObject({ violation: null });
  expect(outcome.virtualMs).toBeLessThan(60_000);
});
