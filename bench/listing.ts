// A list of ten sessions by a warm server and from files, by size of the home, beside reading every file as others do.
// Each is measured in a process of its own, so that its memory is its own.
import { execFileSync } from "node:child_process";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { type CodexHome, makeCodexHome } from "../test/rigs/codex-home.ts";
import { writeLargeThread } from "../test/rigs/large-home.ts";
import type { ListingWay, MeasuredListing } from "./list-once.ts";
import type { ModelProcess } from "./model-process.ts";
import { formatMs, percentile } from "./statistics.ts";

const homes = [
  { sessions: 10, large: 0 },
  { sessions: 1_000, large: 0 },
  { sessions: 1_000, large: 10 },
  { sessions: 10_000, large: 0 },
];
const largeBytes = 50 * 2 ** 20;
const minuteMs = 60_000;

export async function benchListing(model: ModelProcess): Promise<string[]> {
  const rows = [
    "| the ten newest of | warm server | memory | files, no server | memory | reading every file | memory |",
    "| --- | --- | --- | --- | --- | --- | --- |",
  ];
  for (const { sessions, large } of homes) {
    const home = makeCodexHome({ modelUrl: model.url });
    try {
      const megabytes = Math.round(fill(home, sessions, large) / 2 ** 20);
      const ways = (["every-file", "files", "server"] as const).map((way) => formatCells(measure(home, way)));
      const what = `${sessions.toLocaleString("en")} sessions${large > 0 ? ` and ${large} of 50 MB` : ""}, ${megabytes} MB`;
      rows.push(`| ${[what, ...ways.reverse()].join(" | ")} |`);
    } finally {
      home.remove();
    }
  }
  return rows;
}

/** Bytes written. The large ones are the newest; the others have 75 KB on average, as in a home that is used. */
function fill({ codexHome, workFolder }: CodexHome, sessions: number, large: number): number {
  const end = Date.now() - minuteMs;
  let bytes = 0;
  for (let number = sessions + large; number > 0; number -= 1) {
    const isLarge = number <= large;
    const startedAtMs = end - number * 17 * minuteMs;
    const sizeBytes = isLarge ? largeBytes : 1024 * (25 + ((number * 37) % 85));
    const { path, bytes: written } = writeLargeThread({ codexHome, workFolder, sizeBytes, startedAtMs });
    utimesSync(path, new Date(startedAtMs), new Date(startedAtMs));
    bytes += written;
  }
  return bytes;
}

function measure(home: CodexHome, way: ListingWay): MeasuredListing {
  const script = join(import.meta.dirname, "list-once.ts");
  const output = execFileSync(process.execPath, [script, way, JSON.stringify(home)], { encoding: "utf8" });
  return JSON.parse(output) as MeasuredListing;
}

function formatCells({ times, addedBytes }: MeasuredListing): string {
  return `${formatMs(percentile(times, 0.5))} | ${Math.round(addedBytes / 2 ** 20)} MB`;
}
