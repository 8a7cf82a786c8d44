import { posix } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { readSources } from "./source-files.ts";

interface Room {
  layer: number;
  /** What it may import besides Node. */
  packages?: readonly string[];
}

/** The table of docs/architecture.md. A room may import itself and every lower layer. */
const rooms: Readonly<Record<string, Room>> = {
  base: { layer: 0 },
  config: { layer: 1, packages: ["zod"] },
  process: { layer: 1 },
  rpc: { layer: 1, packages: ["ws"] },
  lanes: { layer: 1, packages: ["p-queue"] },
  store: { layer: 1 },
  codex: { layer: 2, packages: ["zod"] },
  sessions: { layer: 2, packages: ["zod"] },
  exec: { layer: 3, packages: ["zod"] },
  conversations: { layer: 3, packages: ["zod"] },
  runs: { layer: 3, packages: ["zod"] },
  nodes: { layer: 3, packages: ["zod"] },
  chat: { layer: 4 },
  demo: { layer: 4 },
  app: { layer: 5 },
  "hosts/terminal": { layer: 6 },
  "hosts/openclaw": { layer: 6, packages: ["openclaw", "zod"] },
  entries: { layer: 7 },
};

/** Pure, stateless and used for ids in many rooms. */
const packagesOfAll = ["nanoid"];

const topFiles: Readonly<Record<string, string>> = {
  "errors.ts": "base",
  "version.ts": "base",
  "app.ts": "app",
  "index.ts": "entries",
  "terminal.ts": "entries",
};

/** `path` from src/. */
function findRoom(path: string): string {
  const [first = "", second = ""] = path.split("/");
  if (second === "") return topFiles[first] ?? `no room for ${first}`;
  if (first === "kit") return "base";
  return first === "hosts" ? `${first}/${second}` : first;
}

function findProblem(from: string, imported: string): string | undefined {
  const room = findRoom(from);
  const { layer = 0, packages = [] } = rooms[room] ?? {};
  if (imported.startsWith("node:")) return undefined;
  if (!imported.startsWith(".")) {
    const isListed = [...packages, ...packagesOfAll].some(
      (name) => imported === name || imported.startsWith(`${name}/`),
    );
    return isListed ? undefined : `${from}: ${room} may not import the package ${imported}`;
  }
  const to = posix.join(posix.dirname(from), imported);
  const target = findRoom(to);
  if (target === room) return undefined;
  const targetLayer = rooms[target]?.layer ?? Number.POSITIVE_INFINITY;
  return targetLayer < layer ? undefined : `${from}: ${room} may not import ${to} (${target})`;
}

const sources = readSources("src").map(({ path, text }) => ({ path: path.slice("src/".length), text }));

test("every file of src is in a room of the table [PKG-1f]", () => {
  expect(sources.map(({ path }) => findRoom(path)).filter((room) => !(room in rooms))).toEqual([]);
});

test("imports go to the own room, to a lower layer, to Node, or to a package of the room [PKG-1f]", () => {
  const problems = sources.flatMap(({ path, text }) =>
    ts
      .preProcessFile(text, true, true)
      .importedFiles.flatMap(({ fileName }) => findProblem(path, fileName) ?? []),
  );
  expect(problems).toEqual([]);
});

test.each([
  ["store/turns.ts", "../rpc/transport.ts"],
  ["kit/text.ts", "../store/rows.ts"],
  ["chat/card.ts", "../hosts/terminal/screen.ts"],
  ["codex/turns.ts", "ws"],
])("the rule sees that %s may not import %s [PKG-1f]", (from, imported) => {
  expect(findProblem(from, imported)).toBeDefined();
});
