// What goes wrong around a node while chats hold its threads, and what a turn there can do besides.
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { runExec } from "../rigs/exec-rig.ts";
import { AnnexRig } from "../rigs/openclaw/annex-rig.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";

const room = -1_004_000;
let annex: AnnexRig;
let direct: TelegramChat;
let group: TelegramChat;

beforeAll(async () => {
  annex = await AnnexRig.open(inject("plugin").folder, {
    telegram: { groups: { "*": { requireMention: false } } },
    settings: { groupMessages: "all" },
  });
  direct = annex.rig.chat();
  group = annex.rig.chat({ chat: room });
  await annex.bind(direct);
});
afterAll(() => annex?.close());

test("a turn there is steered, sees images and reads files, and the models there are listed [NODE-4a NODE-4d]", async () => {
  const { model } = annex.rig;
  direct.say(formatScript({ shell: "true", hold: "steered" }, { text: "second half" }));
  await model.held("steered");
  // The model may have it before the gateway hears that its turn has begun.
  await direct.waitForNotice(/^Started/);
  direct.say("/cx steer and mind the gap");
  await direct.waitForNotice(/Added/i);
  model.release("steered");
  await direct.waitForReply(/second half/);
  expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain("mind the gap");

  direct.say("/cx model");
  await direct.waitForNotice(/scripted/);
  const photo = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
    "base64",
  );
  direct.say(`what is this? ${formatScript({ text: "a tiny picture" })}`, { photo });
  await direct.waitForReply(/a tiny picture/);
  expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain("data:image/png;base64,");

  const csv = { name: "prices.csv", mimeType: "text/csv", bytes: Buffer.from("egg,3\nmilk,2\n") };
  direct.say(formatScript({ text: "got the prices" }), { document: csv });
  await direct.waitForReply(/got the prices/);
  const asked = () => JSON.stringify(model.requests.at(-1)?.body.input);
  const [, path = ""] = /it is at ([^\]]+)\]/.exec(asked()) ?? [];
  // In the node's own state, not in the gateway's.
  expect(path.startsWith(dirname(annex.there.codexHome))).toBe(true);
  direct.say(formatScript({ shell: `cat ${path}` }, { text: "read them" }));
  await direct.waitForReply(/read them/);
  expect(asked()).toContain("milk,2");
});

test("two chats on one node run side by side [NODE-4a]", async () => {
  const { model } = annex.rig;
  await annex.bind(group);
  direct.say(formatScript({ text: "the slow one", hold: "slow" }));
  await model.held("slow");
  group.say(formatScript({ text: "the quick one" }));
  await group.waitForReply(/the quick one/);
  model.release("slow");
  await direct.waitForReply(/the slow one/);
});

test("a node that hangs is named in the list of every machine, and keeps nobody waiting [NODE-3c]", async () => {
  const { home } = annex.rig;
  await runExec(home, formatScript({ text: "said on this machine" }));
  annex.node.process.signalGroup("SIGSTOP");
  direct.say("/cx sessions --host all");
  const list = await direct.waitForNotice(/^annex: /m);
  annex.node.process.signalGroup("SIGCONT");
  expect(list).toMatch(/^annex: .*in time/m);
  expect(list).toMatch(/^1\. .*said on this machine/m);
  expect(list).not.toMatch(/^2\. /m);
});

test("the gateway dies in mid-turn: the turn goes on there, and its reply comes after the restart [NODE-4b]", async () => {
  const { model, gateway } = annex.rig;
  direct.say(formatScript({ text: "outlived it", hold: "outlive" }));
  await model.held("outlive");
  await gateway.down("SIGKILL");
  model.release("outlive");
  await gateway.up();
  await direct.waitForReply(/outlived it/);
  expect(model.requests.filter(({ body }) => JSON.stringify(body.input).includes("outlive")).length).toBe(1);
});

test("the node's server dies in mid-turn: the turn was cut off, and the person decides [NODE-4b]", async () => {
  const { model } = annex.rig;
  await annex.whenUsable();
  direct.say(formatScript({ text: "never said", hold: "cut" }));
  await model.held("cut");
  for (const pid of annex.findServers()) process.kill(pid, "SIGKILL");
  await direct.waitForNotice(/was cut off/);
  await direct.click(/^No$/);
  direct.say(formatScript({ text: "on a new server" }));
  await direct.waitForReply(/on a new server/);
});
