// `codex-threads logs`: what a run has said, read from its thread; with --follow also what it says from now on.
import { formatLogEntry, formatRunEnd } from "../../chat/words/run-text.ts";
import type { LogEntry } from "../../runs/run-log.ts";
import { readTurnEntries } from "../../runs/run-log.ts";
import type { RunSession } from "../../runs/run-session.ts";
import { parseRunArgs } from "./run-args.ts";
import { type RunIo, type RunShell, runRunCommand } from "./run-command.ts";

export function runLogsCommand(argv: readonly string[], io: RunIo): Promise<number> {
  return runRunCommand("logs", argv, io, {
    parse: (words) => parseRunArgs(words, { selector: true, flags: ["stderr", "follow"] }),
    run: showLogs,
  });
}

async function showLogs(
  args: ReturnType<typeof parseRunArgs>,
  { runs, left, print, note }: RunShell,
): Promise<void> {
  const stream = args.stderr ? "err" : "out";
  const tell = (entry: LogEntry) => {
    if (entry.stream === stream) print(formatLogEntry(entry), "flat");
  };
  const run = runs.find(args.selector);
  const { status, turns } = await runs.look(run, left);
  const isOver = run.kind === "exec" && status !== "running" && status !== "asking" && status !== "starting";
  if (!args.follow || isOver) {
    for (const turn of turns) for (const entry of readTurnEntries(turn)) tell(entry);
    if (args.follow) note(formatRunEnd(run, status));
    return;
  }
  const begun = await runs.awaitBegin(run, left);
  const listen = (session: RunSession) => void session.onEntry(tell);
  const session = await runs.open(begun, Number.POSITIVE_INFINITY, listen, left);
  const onLeft = () => session.close();
  left.addEventListener("abort", onLeft, { once: true });
  await session.ended;
  session.close();
  if (!left.aborted) note(formatRunEnd(run, (await runs.look(begun)).status));
}
