// `npm run compare:claim [-- --minutes 30]`: the same long turn twice at the same time, each in a gateway of its own:
// with us, and with a plugin that awaits the turn in its claim. What people saw goes into docs/compare-claim.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatScript } from "../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../src/demo/scripted-model.ts";
import { holdProcess, pause, systemClock } from "../src/kit/clock.ts";
import { makeCodexHome } from "../test/rigs/codex-home.ts";
import { FakeTelegram, personId } from "../test/rigs/openclaw/fake-telegram.ts";
import { agentAnswer, Gateway, type GatewayOptions, pluginId } from "../test/rigs/openclaw/gateway.ts";
import { LoopbackChat, loopbackPlugin } from "../test/rigs/openclaw/loopback-chat.ts";
import { packPlugin } from "../test/rigs/openclaw/packed-plugin.ts";
import { readStuckLines } from "../test/rigs/openclaw/stuck-lines.ts";
import { TelegramChat } from "../test/rigs/openclaw/telegram-chat.ts";
import { codexVersion } from "../test/rigs/place.ts";
import { installOpenClaw, openclawPackages } from "./install-openclaw.ts";

interface Side {
  name: string;
  plugins: GatewayOptions["plugins"];
  /** What binds the chat of a person. */
  bind(folder: string): string;
}

interface Story {
  /** From the message to the first word in its chat. */
  firstWordMs: number | undefined;
  /** From a message in another chat of that person, a third into the turn, to its answer. */
  otherChatMs: number | undefined;
  wasAnsweredMeanwhile: boolean;
  /** What the gateway's log says of a session that does not get on. */
  stuck: { afterMs: number; line: string }[];
  /** From the end of the turn to its reply. */
  replyMs: number | undefined;
  /** All that was shown in the chat of the turn. */
  shown: string[];
}

const { values } = parseArgs({ options: { minutes: { type: "string", default: "30" } } });
const turnMs = Number(values.minutes) * 60_000;
if (!(turnMs > 0)) throw new Error("--minutes wants a number above 0");
/** After the turn has ended: enough for a reply, and for whatever waited behind the turn. */
const patienceMs = 120_000;
const reply = "the long turn has ended";

const clock = systemClock;
const say = (line: string) => process.stderr.write(`${line}\n`);
const release = holdProcess();
installOpenClaw(say);
const packed = packPlugin();
const model = await startScriptedModel();
const sides: Side[] = [
  {
    name: "codex-threads: claims at once, answers out of band",
    plugins: { [pluginId]: packed.folder },
    bind: (folder) => `/cx new --cwd ${folder}`,
  },
  {
    name: "a plugin that awaits the turn in its claim",
    plugins: { awaiting: join(import.meta.dirname, "../test/rigs/openclaw/awaiting-plugin") },
    bind: () => "/awaiting",
  },
];
try {
  const stories = await Promise.all(sides.map((side, number) => play(side, `gate ${number}`, model)));
  const page = formatPage(stories);
  writeFileSync(join(import.meta.dirname, "../docs/compare-claim.md"), page);
  process.stdout.write(page);
} finally {
  await model.close();
  packed.remove();
  release();
}

/** One person, two direct chats (Telegram and another channel), OpenClaw's default of one session for both. */
async function play(side: Side, gate: string, { url, held, release: letGo }: ScriptedModel): Promise<Story> {
  const home = makeCodexHome({ modelUrl: url });
  const telegram = await FakeTelegram.open();
  const other = await LoopbackChat.open();
  const gateway = await Gateway.open({
    home,
    plugins: { ...side.plugins, ...loopbackPlugin },
    channels: { telegram: telegram.channel(), loopback: other.channel() },
    owners: [`telegram:${personId}`],
    dmScope: "main",
  });
  try {
    const chat = new TelegramChat(telegram);
    chat.say(side.bind(home.workFolder));
    await chat.approveBinding();
    say(`bound: ${side.name}`);
    const before = telegram.sent.length;
    const start = clock.now();
    chat.say(formatScript({ text: reply, hold: gate }));
    const firstWord = measure(
      start,
      telegram.waitFor(({ chat: id }) => id === personId, before),
    );
    await held(gate);
    say(`the turn runs: ${side.name}`);
    await pause(clock, turnMs / 3);
    const asked = clock.now();
    other.say("hello");
    const answered = measure(
      asked,
      other.waitFor(({ payload }) => agentAnswer.test(payload.text ?? "")),
    );
    const meanwhile = await within(turnMs - (clock.now() - start), answered);
    await pause(clock, turnMs - (clock.now() - start));
    const end = clock.now();
    letGo(gate);
    const replied = measure(
      end,
      telegram.waitFor(({ text }) => text.includes(reply), before),
    );
    return {
      replyMs: await within(patienceMs, replied),
      otherChatMs: await within(patienceMs, answered),
      firstWordMs: await within(1, firstWord),
      wasAnsweredMeanwhile: meanwhile !== undefined,
      stuck: readStuckLines(gateway.readLog()).map(({ at, line }) => ({ afterMs: at - start, line })),
      shown: telegram.sent.slice(before).map(({ text }) => text),
    };
  } finally {
    await gateway.close();
    await telegram.close();
    await other.close();
    home.remove();
  }
}

async function measure(from: number, seen: Promise<unknown>): Promise<number> {
  await seen;
  return clock.now() - from;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const waited = new AbortController();
  try {
    return await Promise.race([work, pause(clock, Math.max(ms, 1), waited.signal).then(() => undefined)]);
  } finally {
    waited.abort();
  }
}

function formatPage(stories: readonly Story[]): string {
  const row = (title: string, read: (story: Story) => string) =>
    `| ${[title, ...stories.map(read)].join(" | ")} |`;
  return [
    "# Claiming at once, and awaiting the turn in the claim",
    "",
    `One run of \`npm run compare:claim\`: a turn of ${values.minutes} minutes in a direct chat of Telegram, twice at the`,
    "same time. OpenClaw has its default `session.dmScope` (`main`): all direct chats of a person are one session.",
    "",
    `OpenClaw ${openclawPackages.openclaw}, Node ${process.versions.node}, Codex ${codexVersion} with the scripted model;`,
    "the bundled Telegram channel on a loopback Bot API. The other plugin is test/rigs/openclaw/awaiting-plugin.",
    "",
    "A line about failed authentication is OpenClaw's own agent, which has no login here and works now and then by itself.",
    "",
    row("", (story) => sides[stories.indexOf(story)]?.name ?? ""),
    `| --- |${stories.map(() => " --- |").join("")}`,
    row("first word in the chat, after the message", ({ firstWordMs }) => formatTime(firstWordMs)),
    row(
      "another direct chat of that person, a third into the turn: answered after",
      (story) =>
        `${formatTime(story.otherChatMs)}${story.wasAnsweredMeanwhile ? "" : ", not while the turn ran"}`,
    ),
    row("the gateway's log: the session does not get on", ({ stuck: [first, ...more] }) =>
      first === undefined
        ? "not a word"
        : `${more.length + 1} lines, the first after ${formatTime(first.afterMs)}`,
    ),
    row("the turn's reply, after the turn ended", ({ replyMs }) =>
      replyMs === undefined ? `did not come (waited ${formatTime(patienceMs)})` : formatTime(replyMs),
    ),
    ...stories.flatMap(({ shown, stuck }, number) => [
      "",
      `## ${sides[number]?.name}`,
      "",
      "Shown in the chat of the turn:",
      "",
      ...formatBlock(shown.length === 0 ? ["(nothing)"] : shown),
      ...(stuck.length === 0 ? [] : ["", "From the gateway's log, the first line of each kind:", ""]),
      ...formatBlock(keepFirsts(stuck)),
    ]),
    "",
  ].join("\n");
}

function formatBlock(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["```text", ...lines, "```"];
}

function keepFirsts(stuck: Story["stuck"]): string[] {
  const kinds = new Map<string, string>();
  for (const { afterMs, line } of stuck) {
    const kind = line.split(":")[0] ?? "";
    if (!kinds.has(kind)) kinds.set(kind, `after ${formatTime(afterMs)}: ${line.slice(0, 300)}`);
  }
  return [...kinds.values()];
}

function formatTime(ms: number | undefined): string {
  if (ms === undefined) return "never";
  return ms < 10_000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
}
