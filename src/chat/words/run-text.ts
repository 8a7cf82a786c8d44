// What people read of runs: how they stand, what they said, what happened to them.
import type { TurnInfo } from "../../codex/schemas.ts";
import { type Block, code, joinLines, type Line, line, own, path, says } from "../../kit/blocks.ts";
import { showHidden } from "../../kit/visible.ts";
import type { RunRemoval } from "../../runs/end-run.ts";
import { type LogEntry, readTurnEntries } from "../../runs/run-log.ts";
import type { RunStatus } from "../../runs/run-look.ts";
import type { Run } from "../../runs/run-store.ts";
import type { RunRow } from "../../runs/runs.ts";
import { formatAge } from "./age.ts";

export const runText = {
  none: "There are no runs.",
  joined: "Another turn was running; the line went into it.",
  elsewhere: "That question was answered elsewhere.",
  closed: "The connection to Codex is gone; `codex-threads list` shows how the run stands.",
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
    showCell(run.name),
    pid === undefined ? "-" : String(pid),
    run.kind,
    status,
    size(outputBytes),
    size(errorBytes),
    `${new Date(run.createdAt).toISOString().slice(0, 19)}Z`,
    showCell([...(run.host ? [`(on ${run.host.name})`] : []), run.preview ?? ""].join(" ")),
  ];
}

function showCell(text: string): string {
  return showHidden(text, { mode: "words" });
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
export function formatCreated({ name, kind, settings, network, cwd }: Run): Line {
  const asks =
    settings.approvalPolicy === "never"
      ? own("It asks nobody: what it may not do fails.")
      : line`It asks (${settings.approvalPolicy}): a question waits until somebody attaches, or binds its thread in a chat.`;
  const next =
    kind === "repl"
      ? line`${code(`codex-threads attach ${name}`)} gives it lines`
      : line`${code(`codex-threads logs ${name}`)} shows it`;
  return line`Runs with sandbox ${settings.sandbox}, ${formatNetwork(network)}, in ${path(cwd)}. ${asks} ${next}.`;
}

function formatNetwork(network: boolean): Line {
  return [network ? "with network" : "no network"];
}

export function formatDeleted({ name, threadId, host }: Run, { wasRunning, thread }: RunRemoval): Line {
  const begin = line`Deleted ${name}${wasRunning ? own(", which was running") : undefined}`;
  const id = threadId === undefined ? undefined : code(threadId);
  const there = host ? line`${host.name}` : own("its machine");
  switch (thread) {
    case "deleted":
      return line`${begin}${wasRunning ? own(",") : undefined} with its thread and all that it said.`;
    case "archived":
      return line`${begin}. Another thread was forked from its thread ${id} and needs its history, so Codex keeps that, archived.`;
    case "kept":
      return line`${begin}. A gateway deletes no threads on a node: thread ${id} stays on ${there}.`;
    case "unreached":
      return line`Forgot ${name}. ${there} was not reached: thread ${id} stays there, and what runs in it goes on.`;
  }
}

export function formatStoppedRun({ name }: Run): Line {
  return line`Stopped ${name}.`;
}

/** The last line for who followed a run. */
export function formatRunEnd({ name }: Run, status: RunStatus): Line {
  return line`${name}: ${own(status)}`;
}

export function formatAttached({ name, kind }: Run): Line {
  const lines = kind === "repl" ? own("Each line is a turn; ") : undefined;
  return line`Attached to ${name}. ${lines}Ctrl-D leaves it running.`;
}

export function formatLogEntry(entry: LogEntry): Block[] {
  switch (entry.kind) {
    case "said":
      return sayLines("> ", entry.text);
    case "command":
      return sayLines("$ ", entry.text);
    case "tool":
      return says(line`* ${entry.text}`);
    case "message":
    case "plan":
      return [{ model: entry.text }];
    case "output":
      return [{ literal: entry.text, as: "output" }];
    case "notice":
      return [{ literal: entry.text, as: "text" }];
    case "error":
      return formatTurnError(entry.text);
    case "stopped":
      return says(own("The turn was stopped."));
    case "cut-off":
      return says(own("The turn was cut off: the Codex server that it ran on is gone."));
  }
}

function sayLines(sign: string, text: string): Block[] {
  return says(...splitLines(text).map((each) => line`${own(sign)}${each}`));
}

/** In Codex's words, or those of the model's service. */
function formatTurnError(text: string): Block[] {
  const lines = splitLines(text);
  if (lines.length <= 1) return says(line`The turn failed: ${text}`);
  return [...says(own("The turn failed:")), { literal: text, as: "text" }];
}

function splitLines(text: string): string[] {
  return text.split(/\r?\n/);
}

/** In a chat. */
export function formatChatCreated({ name, settings, network, cwd }: Run, host: string): Block[] {
  const asks =
    settings.approvalPolicy === "never"
      ? own("it asks nobody: what it may not do fails.")
      : line`it asks (${settings.approvalPolicy}), because ${host} lets no run go on without: what it asks is told here.`;
  return says(
    line`Run ${name} has started in ${path(cwd)} on ${host}; its end is told here.`,
    line`Sandbox ${settings.sandbox}, ${formatNetwork(network)}; ${asks}`,
    line`${code(`/cx logs ${name}`)} shows it, ${code(`/cx resume ${name}`)} binds its thread here, ${code(`/cx stop ${name}`)} stops it.`,
  );
}

export function formatRunList(rows: readonly RunRow[], now: number): Block[] {
  if (rows.length === 0) return says(line`${own(runText.none)} ${code("/cx run <prompt>")} starts one.`);
  return says(
    ...rows.map(({ run, status }, at) => {
      const facts = [
        [run.kind],
        [status],
        [formatAge(now - run.createdAt)],
        ...(run.host ? [line`on ${run.host.name}`] : []),
      ];
      const begin = run.preview === undefined ? undefined : line`: ${run.preview}`;
      return line`${at + 1}. ${run.name} (${joinLines(facts, ", ")})${begin}`;
    }),
  );
}

export function formatLogTail(run: Run, status: RunStatus, entries: readonly LogEntry[]): Block[] {
  return [...says(formatRunEnd(run, status)), ...entries.flatMap(formatLogEntry)];
}

export function formatDeleteQuestion({ name, host }: Run, status: RunStatus): Line {
  const what = host
    ? line`? Its thread stays on ${host.name}.`
    : own(" with its thread and all that it said?");
  return line`Delete run ${name} (${own(status)})${what} ${code(`/cx delete ${name} yes`)} does it.`;
}

/** To the chat that started it: nobody else may be there to answer. */
export function formatRunAsks({ name }: Run): Line {
  return line`Run ${name} waits for an answer. ${code(`/cx resume ${name}`)} brings its question here.`;
}

/** To the chat that started it. */
export function formatRunEnded(run: Run, status: RunStatus, turns: readonly TurnInfo[]): Block[] {
  const entries = turns.flatMap((turn) => readTurnEntries(turn));
  const words = entries.findLast((entry) => entry.kind === "message");
  const errors = entries.filter(({ stream }) => stream === "err").slice(-1);
  return [
    ...says(line`Run ${formatRunEnd(run, status)}`),
    ...(words ? [words] : []).flatMap(formatLogEntry),
    ...errors.flatMap(formatLogEntry),
  ];
}
