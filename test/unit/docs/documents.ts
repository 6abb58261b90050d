import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const project = join(import.meta.dirname, "../../..");

/** Every page we write for readers, as a path from the project's folder. */
export const documents: readonly string[] = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "examples/README.md",
  "examples/monorepo/README.md",
  ...readdirSync(join(project, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];

export function readDocument(path: string): string {
  return readFileSync(join(project, path), "utf8");
}

/** The page without its blocks of code: what stands there are examples, not claims about this repository. */
export function proseOf(path: string): string {
  return readDocument(path).replaceAll(/^```[^]*?^```$/gm, "");
}

/** Anchors of a page's headings as GitHub makes them. */
export function anchorsOf(path: string): ReadonlySet<string> {
  const headings = [...proseOf(path).matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => text);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
