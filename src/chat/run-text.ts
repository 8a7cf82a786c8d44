// What people read of runs: how they stand, what they said, what happened to them.
import type { TurnInfo } from "../codex/schemas.ts";
import { stripControls } from "../kit/text.ts";
import type { RunRemoval } from "../runs/end-run.ts";
import { type LogEntry, readTurnEntries } from "../runs/run-log.ts";
import type { RunStatus } from "../runs/run-look.ts";
import type { Run } from "../runs/run-store.ts";
import type { RunRow } from "../runs/runs.ts";
import { formatAge } from "./age.ts";

export const runText = {
  none: "There are no runs.",
  joined: "Another turn was running; the line went into it.",
  elsewhere: "That question was answered elsewhere.",
  closed: "The connection to Codex is gone; `codex-threads list` shows how the run stands.",
  resolved: "answered",
} as const;

const kibi = 1024;

/** "512B", "1.5K", "3.0M", "1024.0G" (parity S3-40). */
export function formatBytes(bytes: number): string {
  if (bytes < kibi) return `${bytes}B`;
  if (bytes < kibi ** 2) return `${(bytes / kibi).toFixed(1)}K`;
  if (bytes < kibi ** 3) return `${(bytes / kibi ** 2).toFixed(1)}M`;
  return `${(bytes / kibi ** 3).toFixed(1)}G`;
}

const header = ["#", "NAME", "PID", "TYPE", "STATUS", "OUT", "ERR", "CREATED", "PROMPT"];
const gap = "  ";

/** The table of `codex-threads list`; its head also where there is no run. */
export function formatRunTable(rows: readonly RunRow[]): string {
  const cells = [header, ...rows.map(formatCells)];
  const widths = header.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join(gap)
        .trimEnd(),
    )
    .join("\n");
}

function formatCells({ run, status, pid, outputBytes, errorBytes }: RunRow, at: number): string[] {
  const size = (bytes: number | undefined) => (bytes === undefined ? "-" : formatBytes(bytes));
  return [
    String(at + 1),
    run.name,
    pid === undefined ? "-" : String(pid),
    run.kind,
    status,
    size(outputBytes),
    size(errorBytes),
    `${new Date(run.createdAt).toISOString().slice(0, 19)}Z`,
    [...(run.host ? [`(on ${run.host.name})`] : []), run.preview ?? ""].join(" "),
  ];
}

/** One run as `codex-threads list --json` tells it. */
export function buildRunFacts({ run, ...look }: RunRow) {
  const { name, kind, host, cwd, codexHome, threadId, turnId, preview, createdAt, endedAt, settings } = run;
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  return {
    name,
    type: kind,
    status: look.status,
    pid: look.pid ?? null,
    outputBytes: look.outputBytes ?? null,
    errorBytes: look.errorBytes ?? null,
    createdAt: time(createdAt),
    endedAt: time(endedAt),
    preview: preview ?? null,
    host: host?.name ?? null,
    cwd,
    codexHome,
    threadId: threadId ?? null,
    turnId: turnId ?? null,
    ...settings,
  };
}

/** What a run may do, said when it is created. */
export function formatCreated({ name, kind, settings, network, cwd }: Run): string {
  const may = `sandbox ${settings.sandbox}, ${network ? "with" : "no"} network, in ${cwd}`;
  const asks =
    settings.approvalPolicy === "never"
      ? "It asks nobody: what it may not do fails."
      : `It asks (${settings.approvalPolicy}): a question waits until somebody attaches, or binds its thread in a chat.`;
  const next =
    kind === "repl"
      ? `\`codex-threads attach ${name}\` gives it lines`
      : `\`codex-threads logs ${name}\` shows it`;
  return `Runs with ${may}. ${asks} ${next}.`;
}

export function formatDeleted({ name, threadId, host }: Run, { wasRunning, thread }: RunRemoval): string {
  const begin = `Deleted ${name}${wasRunning ? ", which was running" : ""}`;
  const there = host?.name ?? "its machine";
  switch (thread) {
    case "deleted":
      return `${begin}${wasRunning ? "," : ""} with its thread and all that it said.`;
    case "archived":
      return `${begin}. Another thread was forked from its thread ${threadId} and needs its history, so Codex keeps that, archived.`;
    case "kept":
      return `${begin}. A gateway deletes no threads on a node: thread ${threadId} stays on ${there}.`;
    case "unreached":
      return `Forgot ${name}. ${there} was not reached: thread ${threadId} stays there, and what runs in it goes on.`;
  }
}

export function formatStoppedRun({ name }: Run): string {
  return `Stopped ${name}.`;
}

/** The last line for who followed a run. */
export function formatRunEnd({ name }: Run, status: RunStatus): string {
  return `${name}: ${status}`;
}

export function formatAttached({ name, kind }: Run): string {
  const lines = kind === "repl" ? "Each line is a turn; " : "";
  return `Attached to ${name}. ${lines}Ctrl-D leaves it running.`;
}

/** An entry of the log as lines, without a line feed at the end. */
export function formatLogEntry(entry: LogEntry): string {
  switch (entry.kind) {
    case "said":
      return prefix("> ", entry.text);
    case "command":
      return prefix("$ ", entry.text);
    case "tool":
      return `* ${entry.text}`;
    case "message":
    case "plan":
    case "output":
    case "notice":
      return stripControls(entry.text);
    case "error":
      return `The turn failed: ${stripControls(entry.text)}`;
    case "stopped":
      return "The turn was stopped.";
    case "cut-off":
      return "The turn was cut off: the Codex server that it ran on is gone.";
  }
}

function prefix(sign: string, text: string): string {
  return stripControls(text)
    .split("\n")
    .map((line) => `${sign}${line}`)
    .join("\n");
}

/** In a chat. */
export function formatChatCreated({ name, settings, network, cwd }: Run, host: string): string {
  const asks =
    settings.approvalPolicy === "never"
      ? "it asks nobody: what it may not do fails."
      : `it asks (${settings.approvalPolicy}), because ${host} lets no run go on without: what it asks is told here.`;
  return [
    `Run ${name} has started in ${cwd} on ${host}; its end is told here.`,
    `Sandbox ${settings.sandbox}, ${network ? "with" : "no"} network; ${asks}`,
    `\`/cx logs ${name}\` shows it, \`/cx resume ${name}\` binds its thread here, \`/cx stop ${name}\` stops it.`,
  ].join("\n");
}

export function formatRunList(rows: readonly RunRow[], now: number): string {
  if (rows.length === 0) return `${runText.none} \`/cx run <prompt>\` starts one.`;
  return rows
    .map(({ run, status }, at) => {
      const begin = run.preview === undefined ? "" : `: ${run.preview}`;
      const facts = [
        run.kind,
        status,
        formatAge(now - run.createdAt),
        ...(run.host ? [`on ${run.host.name}`] : []),
      ];
      return `${at + 1}. ${run.name} (${facts.join(", ")})${begin}`;
    })
    .join("\n");
}

export function formatLogTail(run: Run, status: RunStatus, entries: readonly LogEntry[]): string {
  return [formatRunEnd(run, status), ...entries.map(formatLogEntry)].join("\n");
}

export function formatDeleteQuestion({ name, host }: Run, status: RunStatus): string {
  const what = host ? `? Its thread stays on ${host.name}.` : " with its thread and all that it said?";
  return `Delete run ${name} (${status})${what} \`/cx delete ${name} yes\` does it.`;
}

/** To the chat that started it: nobody else may be there to answer. */
export function formatRunAsks({ name }: Run): string {
  return `Run ${name} waits for an answer. \`/cx resume ${name}\` brings its question here.`;
}

/** To the chat that started it. */
export function formatRunEnded(run: Run, status: RunStatus, turns: readonly TurnInfo[]): string {
  const entries = turns.flatMap((turn) => readTurnEntries(turn));
  const words = entries.findLast((entry) => entry.kind === "message");
  const errors = entries.filter(({ stream }) => stream === "err").slice(-1);
  return [
    `Run ${formatRunEnd(run, status)}`,
    ...(words ? [words] : []).map(formatLogEntry),
    ...errors.map(formatLogEntry),
  ].join("\n");
}
