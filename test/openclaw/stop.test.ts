// `/stop` and the word stop in bound chats of the real gateway: they never reach a plugin as a message, and yet they
// interrupt our turn.
import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";
import { botName } from "../rigs/openclaw/telegram-shapes.ts";
import { until } from "../rigs/until.ts";

const group = -1_001_000;
const strangerId = 100_777;

let rig: TelegramRig;
let direct: TelegramChat;
let room: TelegramChat;

beforeAll(async () => {
  rig = await TelegramRig.open(inject("plugin").folder, {
    // In a group that hears everything a word without a mention is a message too.
    telegram: { groups: { "*": { requireMention: false } } },
    settings: { groupMessages: "all" },
  });
  direct = rig.chat();
  room = rig.chat({ chat: group });
  await rig.bind(direct);
  await rig.bind(room);
});
afterAll(() => rig?.close());

const gates = new Set<string>();
// A test that failed leaves no turn behind which the next one would wait.
afterEach(() => {
  for (const gate of gates) rig.model.release(gate);
});

/** A turn that would wait for ever; its gate has a name of its own. */
async function startTurn(chat: TelegramChat, gate: string): Promise<void> {
  gates.add(gate);
  chat.say(formatScript({ text: `${gate} was released`, hold: gate }));
  await rig.model.held(gate);
}

const words = ["/stop", "stop", "STOP!", "please stop"];

test.each(words)("%s in a bound direct chat interrupts its turn, and only that [GATE-9a]", async (word) => {
  await startTurn(room, `room beside ${word}`);
  await startTurn(direct, `direct ${word}`);
  direct.say(word);
  await direct.waitForReply(/Stopped/);
  rig.model.release(`room beside ${word}`);
  await room.waitForReply(/beside .* was released/);
});

test.each(["/stop", `/stop@${botName}`, "stop"])(
  "%s of the owner interrupts the turn of a bound group [GATE-9a]",
  async (word) => {
    await startTurn(room, `room ${word}`);
    room.say(word);
    await room.waitForReply(/Stopped/);
  },
);

test("the stop of somebody who may not changes nothing, and is not answered by us [GATE-9b]", async () => {
  await startTurn(room, "of the owner");
  const seen = rig.telegram.sent.length;
  for (const word of ["/stop", "stop"]) rig.telegram.say(word, { chat: group, from: strangerId });
  // Behind both of them.
  room.say("/cx status");
  await room.waitForNotice(/Sent to you privately/);
  expect(rig.telegram.sent.slice(seen).map(({ text }) => text)).not.toContainEqual(
    expect.stringMatching(/stopp|openclaw config/i),
  );
  rig.model.release("of the owner");
  await room.waitForReply(/of the owner was released/);
});

test("the commands that our turn left running end with its stop [GATE-9c]", async () => {
  const sleep = `sleep 301.${process.pid}`;
  const isRunning = () => countCommands(sleep) > 0;
  direct.say(
    formatScript({ shell: sleep, extra: { yield_time_ms: 250 } }, { text: "never said", hold: "behind it" }),
  );
  gates.add("behind it");
  await rig.model.held("behind it");
  expect(isRunning()).toBe(true);
  direct.say("stop");
  await direct.waitForReply(/Stopped/);
  await until(() => !isRunning());
});

test("with nothing to stop, a stop in a bound chat is no turn [GATE-9a]", async () => {
  const before = rig.model.requests.length;
  direct.say("stop");
  direct.say(formatScript({ text: "the next message is one" }));
  await direct.waitForReply(/^the next message is one/m);
  expect(rig.model.requests).toHaveLength(before + 1);
});

function countCommands(text: string): number {
  const lines = execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(text)).length;
}
