// A turn that is longer than the host's patience with a busy session (about six minutes), in OpenClaw's default scope: all
// direct chats of a person are one session. It takes its seven minutes really.
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { pause, systemClock } from "../../src/kit/clock.ts";
import { agentAnswer } from "../rigs/openclaw/gateway.ts";
import { LoopbackChat, loopbackPlugin } from "../rigs/openclaw/loopback-chat.ts";
import { readStuckLines } from "../rigs/openclaw/stuck-lines.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";

const longerThanPatienceMs = 7 * 60_000;

let rig: TelegramRig;
let other: LoopbackChat;

beforeAll(async () => {
  other = await LoopbackChat.open();
  rig = await TelegramRig.open(inject("plugin").folder, {
    ...{ plugins: loopbackPlugin, channels: { loopback: other.channel() } },
    dmScope: "main",
  });
});
afterAll(async () => {
  await rig?.close();
  await other?.close();
});

test(
  "a turn of seven minutes blocks no chat of its person, is not declared stuck, and is answered [GATE-5a GATE-5b]",
  async () => {
    const chat = rig.chat();
    await rig.bind(chat);
    chat.say(formatScript({ text: "seven minutes later", hold: "long" }));
    await rig.model.held("long");

    // The same session, in this chat and in another one: both are served while the turn runs.
    chat.say("/cx status");
    await chat.waitForNotice(/Thread:/);
    other.say("hello");
    await other.waitFor(({ payload }) => agentAnswer.test(payload.text ?? ""));

    await pause(systemClock, longerThanPatienceMs);
    expect(readStuckLines(rig.gateway.readLog())).toEqual([]);
    rig.model.release("long");
    await chat.waitForReply(/seven minutes later/);
    expect(chat.unread.filter(({ text }) => /interrupted|try again|error/i.test(text))).toEqual([]);
  },
  longerThanPatienceMs + 300_000,
);
