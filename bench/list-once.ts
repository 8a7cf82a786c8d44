// Lists the ten newest sessions in one way and prints how long it took and how much memory it needed at most.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { holdProcess } from "../src/kit/clock.ts";
import { SessionFiles } from "../src/sessions/session-files.ts";
import type { CodexHome } from "../test/rigs/codex-home.ts";
import { startBenchApp } from "./bench-app.ts";
import { time } from "./statistics.ts";

export type ListingWay = "server" | "files" | "every-file";

export interface MeasuredListing {
  /** Milliseconds of each round but the first, which pays for what Node does once. */
  times: number[];
  /** Peak of memory (RSS) of this process in the first round over what it had before. */
  addedBytes: number;
}

interface Way {
  list(): Promise<unknown>;
  rounds: number;
  close?(): Promise<void>;
}

const release = holdProcess();
const [way = "", home = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await measure(await open(way as ListingWay, JSON.parse(home)))));
release();

async function measure({ list, rounds, close }: Way): Promise<MeasuredListing> {
  const before = process.memoryUsage().rss;
  await list();
  const addedBytes = Math.max(0, process.resourceUsage().maxRSS * 1024 - before);
  const times = [];
  for (let round = 0; round < rounds; round += 1) times.push(await time(list));
  await close?.();
  return { times, addedBytes };
}

async function open(name: ListingWay, given: CodexHome): Promise<Way> {
  switch (name) {
    case "server": {
      // The whole way: message in, list out.
      const bench = startBenchApp({ ...given, remove: () => {} });
      await bench.app.places.local.servers.pick();
      return { list: () => expectTen(bench.send("main", "/cx sessions")), rounds: 20, close: bench.close };
    }
    case "files": {
      const files = new SessionFiles(given.codexHome);
      return { list: () => files.read({ limit: 10 }), rounds: 20 };
    }
    case "every-file":
      return { list: async () => readEveryFile(given.codexHome), rounds: 1 };
  }
}

async function expectTen(reply: Promise<string>): Promise<void> {
  const text = await reply;
  if (!text.includes("\n10. ") || text.includes("from the files"))
    throw new Error(`no list of ten:\n${text}`);
}

/** As a list is made without an index: every line of every file, then sorted and cut. */
function readEveryFile(codexHome: string): unknown[] {
  const sessions = join(codexHome, "sessions");
  const names = readdirSync(sessions, { recursive: true, encoding: "utf8" });
  const rows = names.filter((name) => name.endsWith(".jsonl")).map((name) => readWhole(join(sessions, name)));
  return rows.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt)).slice(0, 10);
}

interface Line {
  timestamp?: string;
  type?: string;
  payload?: { type?: string; role?: string; cwd?: string; id?: string; content?: { text?: string }[] };
}

function readWhole(path: string) {
  const row = { updatedAt: "", id: "", cwd: "", lastMessage: "", messageCount: 0 };
  for (const text of readFileSync(path, "utf8").split("\n")) {
    if (text.trim() === "") continue;
    const { timestamp, type, payload } = JSON.parse(text) as Line;
    row.updatedAt = timestamp ?? row.updatedAt;
    if (type === "session_meta") Object.assign(row, { id: payload?.id, cwd: payload?.cwd });
    if (type !== "response_item" || payload?.type !== "message" || payload.role !== "user") continue;
    row.messageCount += 1;
    row.lastMessage = (payload.content ?? []).map((part) => part.text).join(" ");
  }
  return row;
}
