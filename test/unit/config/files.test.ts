import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readServicesFile } from "../../../scripts/lib/config/read-services-file.ts";
import { codesOf, folderWith, read, specOf, wordsOf } from "./services-folder.ts";

describe("files that hold no services", () => {
  test.each([
    ["nothing", "", ["KEY_MISSING 1:1"]],
    ["blanks", " \n\n", ["KEY_MISSING 1:1"]],
    ["a comment", "# services:\n", ["KEY_MISSING 1:1"]],
    ["null", "null\n", ["KEY_MISSING 1:1"]],
    ["a list", "- a\n- b\n", ["VALUE_INVALID 1:1"]],
    ["a text", "hello\n", ["VALUE_INVALID 1:1"]],
    ["other keys only", "name: x\n", ["KEY_MISSING 1:1"]],
    ["a misspelt key", "servces: {}\n", ["KEY_MISSING 1:1", "KEY_UNKNOWN 1:1"]],
    ["services without a value", "services:\n", ["VALUE_INVALID 1:1"]],
    ["a list of services", "services: [a]\n", ["VALUE_INVALID 1:11"]],
    ["services that are texts", "services:\n  a: npm run dev\n", ["VALUE_INVALID 2:6"]],
    ["a service without a value", "services:\n  a:\n  b: ~\n", ["KEY_MISSING 2:3", "KEY_MISSING 3:6"]],
    ["services that are lists", "services:\n  a: [npm, run, dev]\n", ["VALUE_INVALID 2:6"]],
  ])("%s", async (_what, yaml, codes) => {
    expect((await codesOf(yaml)).toSorted()).toEqual(codes);
  });

  test("services: {} is right", async () => {
    expect(await read("services: {}\n")).toMatchObject({ services: [], offByProfile: [], warnings: [] });
  });

  test.each([
    ["NUL bytes", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1])],
    ["UTF-16", Buffer.from("\uFEFFservices: {}\n", "utf16le")],
    ["Latin-1", Buffer.from("name: caf\xe9\nservices: {}\n", "latin1")],
    ["2 MiB", Buffer.alloc(2 * 1024 * 1024, "#")],
  ])("%s: unreadable", async (_what, bytes) => {
    expect(await codesOf(bytes)).toEqual(["CONFIG_UNREADABLE"]);
  });

  test("a file that is gone, and one that is a folder", async () => {
    using folder = folderWith({ "dir/x": "" });
    const readAt = (file: string): Promise<unknown> => readServicesFile({ file, ambient: {}, profiles: [] });
    await expect(readAt(join(folder.path, "gone.yaml"))).rejects.toMatchObject({
      problems: [{ code: "CONFIG_NOT_FOUND" }],
    });
    await expect(readAt(join(folder.path, "dir"))).rejects.toMatchObject({ problems: [{ code: "CONFIG_UNREADABLE" }] });
  });
});

describe("line ends and byte order marks", () => {
  test("CRLF and a mark are read", async () => {
    expect(await specOf("\uFEFFservices:\r\n  web:\r\n    command: npm start\r\n    ports: [80]\r\n")).toMatchObject({
      command: { kind: "shell", text: "npm start" },
      ports: [{ port: 80 }],
    });
  });

  test("and do not shift places", async () => {
    expect(await codesOf("\uFEFFservces: {}\r\nservices: {}\r\n")).toEqual(["KEY_UNKNOWN 1:1"]);
    expect(await wordsOf("\uFEFFservices:\r\n  web:\r\n    comand: x\r\n    command: y\r\n")).toMatchInlineSnapshot(`
      "error[KEY_UNKNOWN]: Unknown key "comand" in services.web
       --> services.yaml:3:5
        |
      3 |     comand: x
        |     ^^^^^^
      hint: Did you mean "command"?"
    `);
  });

  test("spans count from the start of the file, mark included", async () => {
    const yaml = "\uFEFFservices:\r\n  web: { command: x }\r\n";
    const { span } = await specOf(yaml);
    expect(yaml.slice(span.offset, span.offset + span.length)).toBe("web");
  });
});
