import { type Foreground, openForeground } from "../measure/foreground.ts";
import { mustRun } from "../measure/run-command.ts";
import type { Stack } from "../stacks/stack.ts";
import type { Round, Session } from "./engine.ts";

/**
 * A session of two commands, as the limit and the floor have them.
 *
 * @param commands `start` ends when all is ready; where the stack restarts what ends, it lives on to do so.
 */
export function startAndStop(
  { services, restarts }: Stack,
  round: Round,
  commands: { readonly start: readonly string[]; readonly stop: readonly string[] },
): Pick<Session, "start" | "stop"> {
  let keeper: Foreground | null = null;
  return {
    start: async () => {
      if (!restarts) return void (await mustRun(commands.start, round.place("start")));
      keeper = openForeground(commands.start, round.place("start"));
      await keeper.untilReady(round.stamps, services.length);
    },
    stop: async () => {
      // First, or it would start again what is being stopped.
      keeper?.terminate();
      await keeper?.untilEnded();
      await mustRun(commands.stop, round.place("stop"));
    },
  };
}
