import type { ReloadDiff } from "../model/event.ts";
import { durationWords } from "./duration-words.ts";
import { isEmpty, reloadText } from "./reload-text.ts";
import { screenOf } from "./screen.ts";
import { type StartScreen, startScreen } from "./start-screen.ts";

/** As `startScreen`, with what changed before it. */
export function reloadScreen(
  world: Parameters<typeof startScreen>[0],
  options: Parameters<typeof startScreen>[1],
): StartScreen {
  const screen = startScreen(world, { ...options, reloads: true });
  if (options.json) return screen;
  let planned: { readonly diff: ReloadDiff; readonly dryRun: boolean } | null = null;
  return {
    ...screen,
    event(event) {
      if (event.type === "reload-planned") {
        planned = event;
        world.stdout.write(reloadText(event.diff, screenOf(world.stdout, world.env), event));
      } else if (planned !== null && !planned.dryRun && !isEmpty(planned.diff)) {
        screen.event(event);
      } else if (event.type === "warning") {
        screen.event(event);
      }
    },
    end(end) {
      // What was started has a summary; of what was only stopped, or not touched, there is little to say.
      if (end.services.length > 0) return screen.end(end);
      screen.close();
      if (planned !== null && !planned.dryRun && !isEmpty(planned.diff)) {
        world.stdout.write(`Done in ${durationWords(end.durationMs)}.\n`);
      }
    },
  };
}
