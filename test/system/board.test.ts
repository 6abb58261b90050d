import { expect, test } from "vitest";
import { steered } from "../support/program.ts";
import { requires } from "../support/requires.ts";
import { terminal } from "../support/terminal.ts";
import { workspace } from "../support/workspace.ts";

const stack = () => `services:\n  db: ${steered("db")}\n  api: ${steered("api", "depends_on: [db]")}\n`;

requires("tmux")("the live board in a real terminal", () => {
  test("shows waves, what each service waits for, and stays on the screen at the end", async () => {
    await using dev = await workspace(stack());
    const tty = await terminal(dev, "start_dev");
    const db = await dev.program("db");
    await tty.shows(/wave 0\s+. db\s+starting[^]*wave 1\s+· api\s+waiting for db/);
    expect(await tty.screen()).toContain("1 starting · 1 waiting");
    await db.becomeHealthy();
    await tty.shows(/✓ db\s+ready in [^]*. api\s+starting/);
    await (await dev.program("api")).becomeHealthy();
    await tty.shows(/it ended with 0/);
    const screen = await tty.screen();
    expect(screen.match(/^wave 0$/gm), "drawn in place, not again and again").toHaveLength(1);
    expect(screen).toMatch(/✓ api {2}ready in .* pid \d+/);
    expect(screen).toMatch(/Ready in [\d.]+ m?s/);
    await tty.close();
    await dev.stopAll();
  });

  test("Ctrl-C says what it does, stops what was started, and leaves the terminal sane", async () => {
    await using dev = await workspace(stack());
    const tty = await terminal(dev, "start_dev");
    await dev.program("db");
    await tty.shows(/db\s+starting/);
    await tty.press("C-c");
    await tty.shows(/it ended with 130/);
    expect(await tty.screen()).toMatch(/Ctrl-C once more kills it at once/);
    // A cursor that stayed hidden, or a screen that scrolls strangely, would show in what is typed next.
    await tty.press("still-sane");
    await tty.shows(/still-sane/);
    await tty.close();
    expect(dev.census()).toEqual([]);
    await dev.nothingIsLeft();
  });
});
