import { describe, expect, test } from "vitest";
import { parseAddress } from "../../../scripts/lib/config/ports.ts";
import { codesOf, read, specOf, web, wordsOf } from "./services-folder.ts";

describe("parseAddress", () => {
  test.each([
    ["8000", { host: null, port: 8000 }],
    ["1", { host: null, port: 1 }],
    ["65535", { host: null, port: 65_535 }],
    ["127.0.0.1:8000", { host: "127.0.0.1", port: 8000 }],
    ["localhost:80", { host: "localhost", port: 80 }],
    ["[::1]:8000", { host: "::1", port: 8000 }],
    [" 8000 ", { host: null, port: 8000 }],
  ])("%j", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  test.each(["8000:80", "127.0.0.1:8000:80", "8000:80/tcp", "8000-8010:80", "8000-8010:80-90"])(
    "%j is a mapping",
    (text) => {
      expect(parseAddress(text)).toEqual({ fault: "mapping" });
    },
  );

  test.each([
    "",
    "0",
    "65536",
    "-1",
    "8000/tcp",
    "abc",
    "8000-8010",
    ":8000",
    "[::1]",
    "[x]:80",
    "::1:8000",
    "80 00",
    "8000.5",
  ])("%j is no port", (text) => {
    expect(parseAddress(text)).toEqual({ fault: "not-a-port" });
  });
});

test("numbers and texts, with variables in them", async () => {
  const yaml = web('ports: [8000, "8001", 0x1F42, "${PORT}", "127.0.0.1:${PORT2:-8004}"]');
  expect((await specOf(yaml, { ambient: { PORT: "8003" } })).ports).toEqual([
    { host: null, port: 8000 },
    { host: null, port: 8001 },
    { host: null, port: 8002 },
    { host: null, port: 8003 },
    { host: "127.0.0.1", port: 8004 },
  ]);
});

test("a mapping, in either of Compose's forms", async () => {
  expect(await wordsOf(web('ports: ["8000:80", { target: 80, published: 8000 }]'))).toMatchInlineSnapshot(`
    "error[PORT_MAPPING]: services.web.ports[0] maps a port, and there is no container to map it into: "8000:80"
     --> services.yaml:4:13
      |
    4 |     ports: ["8000:80", { target: 80, published: 8000 }]
      |             ^^^^^^^^^
    hint: Write the port the program listens on: "8000".

    error[PORT_MAPPING]: services.web.ports[1] maps a port, and there is no container to map it into
     --> services.yaml:4:24
      |
    4 |     ports: ["8000:80", { target: 80, published: 8000 }]
      |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Write the port the program listens on: 8000."
  `);
});

test("what is no port: each at its place", async () => {
  expect(await codesOf(web("ports: [0, 99999, abc, true, 1.5, [80]]"))).toEqual([
    "VALUE_INVALID 4:13",
    "VALUE_INVALID 4:16",
    "VALUE_INVALID 4:23",
    "VALUE_INVALID 4:28",
    "VALUE_INVALID 4:34",
    "VALUE_INVALID 4:39",
  ]);
  expect(await codesOf(web("ports: 8000"))).toEqual(["VALUE_INVALID 4:12"]);
});

test("an unset variable explains the port it did not become", async () => {
  expect(await wordsOf(web('ports: ["${PORT}"]'))).toMatchInlineSnapshot(`
    "error[VALUE_INVALID]: services.web.ports[0] must be a port from 1 to 65535, not "" (from \${PORT})
     --> services.yaml:4:13
      |
    4 |     ports: ["\${PORT}"]
      |             ^^^^^^^^^
    hint: Write 8000, 127.0.0.1:8000 or [::1]:8000. Not set: PORT."
  `);
});

describe("two services on one port", () => {
  const both = (a: string, b: string): string => `services:\n  a: { command: x, ${a} }\n  b: { command: x, ${b} }\n`;

  test("is an error at the second", async () => {
    expect(await wordsOf(both("ports: [8000]", 'ports: [9000, "127.0.0.1:8000"]'))).toMatchInlineSnapshot(`
      "error[PORT_DUPLICATE]: "b" and "a" declare the same port 8000
       --> services.yaml:3:34
        |
      3 |   b: { command: x, ports: [9000, "127.0.0.1:8000"] }
        |                                  ^^^^^^^^^^^^^^^^
       --> services.yaml:2:28 (first here)
        |
      2 |   a: { command: x, ports: [8000] }
        |                            ^^^^
      hint: Only one program can listen on a port: give one of them another."
    `);
  });

  test.each([
    ["different ports", "ports: [8000]", "ports: [8001]"],
    ["different addresses", 'ports: ["127.0.0.1:80"]', 'ports: ["127.0.0.2:80"]'],
    ["different profiles", "ports: [80], profiles: [x]", "ports: [80], profiles: [y]"],
    ["a profile and none", "ports: [80]", "ports: [80], profiles: [y]"],
  ])("%s are fine", async (_what, a, b) => {
    expect(await codesOf(both(a, b))).toEqual([]);
  });

  test.each([
    ["the same address", 'ports: ["127.0.0.1:80"]', 'ports: ["127.0.0.1:80"]'],
    ["an address that is all addresses", 'ports: ["127.0.0.1:80"]', 'ports: ["0.0.0.0:80"]'],
    ["the same profiles", "ports: [80], profiles: [x, y]", "ports: [80], profiles: [y, x]"],
  ])("%s are not", async (_what, a, b) => {
    expect(await codesOf(both(a, b))).toEqual([expect.stringMatching(/^PORT_DUPLICATE 3:/)]);
  });

  test("different profiles, both on", async () => {
    const yaml = both("ports: [80], profiles: [x]", "ports: [80], profiles: [y]");
    expect(await codesOf(yaml, { profiles: ["x"] })).toEqual([]);
    expect(await codesOf(yaml, { profiles: ["x", "y"] })).toEqual(["PORT_DUPLICATE 3:28"]);
  });

  test("one service twice", async () => {
    expect(await codesOf(web("ports: [80, 81, 80]"))).toEqual(["PORT_DUPLICATE 4:21"]);
    expect((await read(web("ports: [80, 81]"))).services).toHaveLength(1);
  });
});
