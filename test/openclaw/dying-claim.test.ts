// kill -9 of the real gateway inside a claim: the message is in the ledger, and the host was not told that we have it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { AlteredPlugin } from "../rigs/openclaw/altered-plugin.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";
import { until } from "../rigs/until.ts";

let plugin: AlteredPlugin;
/** Ids of the messages that were claimed, one a line. */
let claims: string;
/** While this file is there, a claim dies. */
let deadly: string;
let rig: TelegramRig;
let chat: TelegramChat;

beforeAll(async () => {
  plugin = new AlteredPlugin(inject("plugin").folder);
  claims = join(plugin.base, "claims");
  deadly = join(plugin.base, "deadly");
  const files = 'process.getBuiltinModule("node:fs")';
  const claim = "async function claimMessage(gateway, event, binding) {";
  const note = `${files}.appendFileSync(${JSON.stringify(claims)}, event.messageId + "\\n");`;
  plugin.replace(claim, `${claim} ${note}`);
  // The named point of a message's life between the write into the ledger and the return of the claim.
  const point = 'onPoint("accepted");';
  const die = `${files}.rmSync(${JSON.stringify(deadly)}); process.kill(process.pid, "SIGKILL");`;
  plugin.replace(point, `${point} if (${files}.existsSync(${JSON.stringify(deadly)})) { ${die} }`);
  rig = await TelegramRig.open(plugin.folder);
  chat = rig.chat();
  await rig.bind(chat);
});
afterAll(async () => {
  await rig?.close();
  plugin?.remove();
});

function countClaims(id: number): number {
  return readFileSync(claims, "utf8")
    .split("\n")
    .filter((each) => each === String(id)).length;
}

test("the channel brings the message again after the restart, and it is one turn and one reply [GATE-11c]", async () => {
  writeFileSync(deadly, "");
  const id = chat.say(formatScript({ text: "the reply of only once" }));
  expect(await rig.gateway.process.exited).toMatchObject({ signal: "SIGKILL" });
  rig.gateway.process.signalGroup("SIGKILL");
  expect(existsSync(deadly)).toBe(false);
  expect([countClaims(id), rig.countRequests("only once")]).toEqual([1, 0]);
  await rig.gateway.up();
  await until(() => countClaims(id) === 2);
  await chat.waitForReply(/^the reply of only once/m);
  // And once more, as after an update that was not acknowledged.
  rig.telegram.redeliver(id);
  chat.say(formatScript({ text: "the next reply" }));
  await chat.waitForReply(/the next reply/);
  // The second one is the next turn, which has the first in its history.
  expect(rig.countRequests("only once")).toBe(2);
  expect(rig.telegram.sent.filter(({ text }) => /the reply of only once/.test(text))).toHaveLength(1);
  await rig.expectOneOfEach();
});
