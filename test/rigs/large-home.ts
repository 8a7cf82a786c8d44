// Writes the record of a long thread into a CODEX_HOME without a server, in the paginated shape of Codex 0.169.
import { randomBytes, randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface LargeThreadOptions {
  codexHome: string;
  workFolder: string;
  /** The record grows turn by turn until it is at least this large. */
  sizeBytes: number;
  /** When the thread began. */
  startedAtMs: number;
}

export interface LargeThread {
  threadId: string;
  path: string;
  turns: number;
  bytes: number;
}

const flushBytes = 4 * 1024 * 1024;
const baseInstructions = "You are a coding agent running in the Codex CLI. ".repeat(350);
const commandOutput = "src/parser/read-line.ts:12: a line of output as a command prints it\n".repeat(30);
const commandsPerTurn = 4;
const zeroUsage = {
  input_tokens: 1000,
  cached_input_tokens: 0,
  output_tokens: 50,
  reasoning_output_tokens: 0,
  total_tokens: 1050,
};

export function writeLargeThread(options: LargeThreadOptions): LargeThread {
  const { workFolder, startedAtMs } = options;
  const threadId = uuidAt(startedAtMs);
  const started = new Date(startedAtMs).toISOString();
  const folder = join(options.codexHome, "sessions", ...started.slice(0, 10).split("-"));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `rollout-${started.slice(0, 19).replaceAll(":", "-")}-${threadId}.jsonl`);
  const record = new RolloutFile(path, startedAtMs);
  record.add("session_meta", {
    session_id: threadId,
    id: threadId,
    timestamp: started,
    cwd: workFolder,
    runtime_workspace_roots: [workFolder],
    originator: "codex-tui",
    cli_version: "0.169.0",
    source: "cli",
    model_provider: "scripted",
    base_instructions: { text: baseInstructions },
    history_mode: "paginated",
  });
  let turns = 0;
  while (record.sizeBytes < options.sizeBytes || turns === 0) {
    addTurn(record, threadId, workFolder, turns);
    turns++;
  }
  record.close();
  return { threadId, path, turns, bytes: record.sizeBytes };
}

class RolloutFile {
  sizeBytes = 0;
  timeMs: number;
  readonly #file: number;
  #lines: string[] = [];
  #waitingBytes = 0;
  #ordinal = 0;

  constructor(path: string, startedAtMs: number) {
    this.#file = openSync(path, "wx", 0o600);
    this.timeMs = startedAtMs;
  }

  add(type: string, payload: object): void {
    this.timeMs += 3;
    const timestamp = new Date(this.timeMs).toISOString();
    const line = `${JSON.stringify({ timestamp, ordinal: this.#ordinal++, type, payload })}\n`;
    this.#lines.push(line);
    this.#waitingBytes += line.length;
    this.sizeBytes += line.length;
    if (this.#waitingBytes > flushBytes) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#lines.join(""));
    this.#lines = [];
    this.#waitingBytes = 0;
  }
}

function addTurn(record: RolloutFile, threadId: string, cwd: string, number: number): void {
  const turnId = uuidAt(record.timeMs);
  const started_at = Math.floor(record.timeMs / 1000);
  const turn = { turn_id: turnId, root_turn_id: turnId };
  const addItem = (item: object) => {
    const when = { started_at_ms: record.timeMs, completed_at_ms: record.timeMs };
    record.add("event_msg", { type: "item_completed", thread_id: threadId, turn_id: turnId, item, ...when });
  };
  record.add("event_msg", {
    type: "task_started",
    ...turn,
    started_at,
    model_context_window: 258_400,
    collaboration_mode_kind: "default",
  });
  record.add("turn_context", {
    ...turn,
    cwd,
    approval_policy: "on-request",
    sandbox_policy: { type: "read-only" },
    model: "scripted",
    summary: "auto",
  });
  addUserMessage(record, addItem, turnId, `Message ${number}: please fix the failing test of the parser`);
  for (let command = 0; command < commandsPerTurn; command++) addCommand(record, addItem, cwd);
  const words = `Done with ${number}. ${"The parser now keeps the last line. ".repeat(8)}`;
  addReply(record, addItem, words);
  const info = { total_token_usage: zeroUsage, last_token_usage: zeroUsage, model_context_window: 258_400 };
  record.add("event_msg", { type: "token_count", info, rate_limits: null });
  record.add("event_msg", {
    type: "task_complete",
    ...turn,
    last_agent_message: words,
    started_at,
    completed_at: started_at,
    duration_ms: 900,
  });
  record.timeMs += 60_000;
}

type AddItem = (item: object) => void;

function addUserMessage(record: RolloutFile, addItem: AddItem, turnId: string, text: string): void {
  const id = uuidAt(record.timeMs);
  record.add("response_item", {
    type: "message",
    id: `msg_${id}`,
    role: "user",
    content: [{ type: "input_text", text }],
    internal_chat_message_metadata_passthrough: { turn_id: turnId, content_item_kinds: ["user.text"] },
  });
  addItem({ type: "UserMessage", id, content: [{ type: "text", text, text_elements: [] }] });
}

function addCommand(record: RolloutFile, addItem: AddItem, cwd: string): void {
  const call_id = `call_${randomBytes(8).toString("hex")}`;
  const call = { type: "function_call", id: `fc_${call_id}`, name: "exec_command", call_id };
  record.add("response_item", { ...call, arguments: '{"cmd":"rg parser"}' });
  addItem({
    type: "CommandExecution",
    id: call_id,
    command: ["/bin/bash", "-lc", "rg parser"],
    cwd: `file://${cwd}`,
    parsed_cmd: [{ type: "unknown", cmd: "rg parser" }],
    source: "unified_exec_startup",
    stdout: commandOutput,
    stderr: "",
    aggregated_output: commandOutput,
    exit_code: 0,
    duration: { secs: 0, nanos: 5 },
    formatted_output: commandOutput,
    status: "completed",
  });
  record.add("response_item", { type: "function_call_output", call_id, output: commandOutput });
}

function addReply(record: RolloutFile, addItem: AddItem, text: string): void {
  const id = `msg_${uuidAt(record.timeMs)}`;
  addItem({ type: "AgentMessage", id, content: [{ type: "Text", text }], phase: "final_answer" });
  const content = [{ type: "output_text", text }];
  record.add("response_item", { type: "message", id, role: "assistant", content, phase: "final_answer" });
}

/** A UUID of version 7 with that time, as Codex names threads and turns. */
function uuidAt(timeMs: number): string {
  const time = Math.floor(timeMs).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
