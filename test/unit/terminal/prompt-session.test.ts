// Leaving a conversation at a terminal while something typed is still under way.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { App } from "../../../src/app.ts";
import type { Received } from "../../../src/chat/inbound.ts";
import type { TurnEvent } from "../../../src/codex/turn-events.ts";
import type { ConversationEvent } from "../../../src/conversations/runner.ts";
import { BridgeError } from "../../../src/errors.ts";
import type { Session } from "../../../src/hosts/terminal/chat-command.ts";
import { runPrompt } from "../../../src/hosts/terminal/prompt-session.ts";
import { Screen } from "../../../src/hosts/terminal/screen.ts";
import { own, says } from "../../../src/kit/blocks.ts";
import { Listeners } from "../../../src/kit/listeners.ts";
import { until } from "../../rigs/until.ts";

const ctrlC = "\u0003";
const ctrlD = "\u0004";

/** A terminal over an app that answers a line when the test says so. */
function openPrompt(options: { stop?: () => Promise<void> } = {}) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const io = { stdin, stdout: new PassThrough(), stderr, env: {} };
  const received: string[] = [];
  const answer = Promise.withResolvers<Received>();
  const shown: string[] = [];
  stderr.on("data", (chunk) => shown.push(String(chunk)));
  const [events, rests] = [new Listeners<ConversationEvent>(), new Listeners<string>()];
  const app = {
    redact: (text: string) => text.replaceAll("hunter2hunter2", "[hidden]"),
    binder: { find: () => ({ id: "b1" }) },
    runner: {
      onEvent: listen(events),
      onRest: listen(rests),
      findActive: () => ({}),
      stop: options.stop ?? (async () => {}),
    },
    chat: {
      receive: ({ text }: { text: string }) => {
        received.push(text);
        return answer.promise;
      },
    },
  } as unknown as App;
  const session: Session = {
    ...{ app, io, screen: new Screen(io, "c1"), conversation: "c1", leavePerson: () => {} },
    route: { channel: "terminal", account: "ann", chat: "main" },
  };
  const left = runPrompt(session);
  const type = async (line: string) => {
    const before = received.length;
    stdin.write(`${line}\r`);
    await until(() => received.length > before);
  };
  return { stdin, left, type, shown, events, rests, answer: answer.resolve };
}

const listen =
  <T>(listeners: Listeners<T>) =>
  (listener: (value: T) => void) =>
    listeners.on(listener);

test("the live line goes with its turn, also with one that was cut off and never says that it ended [TERM-17a]", async () => {
  const { shown, events, rests, stdin, left } = openPrompt();
  events.emit({ conversation: "c1", event: { type: "turn-started", seq: 1, turnId: "t" } });
  expect(shown.join("")).toContain("thinking");
  const drawn = shown.length;
  rests.emit("another");
  expect(shown.length).toBe(drawn);
  rests.emit("c1");
  expect(shown.slice(drawn).join("")).toContain("> ");
  expect(shown.slice(drawn).join("")).not.toContain("thinking");
  stdin.write(ctrlD);
  expect(await left).toBe(0);
});

test("a title with line ends and escapes is one live line, on which all of it is seen [TERM-17a TERM-17h]", async () => {
  const { shown, events, stdin, left } = openPrompt();
  const title = "echo\n> yes\t\u001b[2J\u202e\r";
  const tool = { type: "tool-started", tool: "command", itemId: "i", title, item: {} } as const;
  events.emit({ conversation: "c1", event: { ...tool, seq: 1, turnId: "t" } as TurnEvent });
  const seen = shown.join("");
  expect(seen).toContain("\u2026 echo\\n> yes\\t\\x1b[2J\\u202e\\r\n> ");
  expect(seen).not.toContain("\u001b[2J");
  stdin.write(ctrlD);
  expect(await left).toBe(0);
});

test("a command that never ends does not keep a second Ctrl-C from leaving [TERM-17b]", async () => {
  const { stdin, left, type } = openPrompt();
  await type("/cx stop");
  stdin.write(ctrlC);
  stdin.write(ctrlC);
  expect(await left).toBe(130);
});

test("the end of input waits for the command that was typed", async () => {
  const patient = openPrompt();
  await patient.type("/cx new");
  patient.stdin.write(ctrlD);
  patient.answer({ handled: true, reply: { blocks: says(own("a new thread")) } });
  expect(await patient.left).toBe(0);
  expect(patient.shown.join("")).toContain("a new thread");
});

test("TERM while a command hangs after the end of input leaves", async () => {
  const others = process.listeners("SIGTERM");
  const { stdin, left, type } = openPrompt();
  const ours = process.listeners("SIGTERM").filter((listener) => !others.includes(listener));
  await type("/cx stop");
  stdin.write(ctrlD);
  await until(() => stdin.isPaused());
  for (const listener of ours) listener("SIGTERM");
  expect(await left).toBe(0);
});

test("why a stop failed is shown without what is secret [SRV-7a]", async () => {
  const stop = async () => {
    throw new BridgeError("backend-failed", "no", { message: "key hunter2hunter2" });
  };
  const { stdin, left, shown } = openPrompt({ stop });
  stdin.write(ctrlC);
  await until(() => shown.join("").includes("[hidden]"));
  expect(shown.join("")).not.toContain("hunter2");
  stdin.write(ctrlC);
  expect(await left).toBe(130);
});
