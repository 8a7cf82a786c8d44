// Every attack on every surface of the real gateway with the bundled Telegram channel: what a reader of the service sees
// is read back, and what the service was asked to do.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Step } from "../../src/demo/script.ts";
import { personId } from "../rigs/openclaw/fake-telegram.ts";
import { pluginId } from "../rigs/openclaw/gateway.ts";
import type { TelegramChat } from "../rigs/openclaw/telegram-chat.ts";
import { TelegramRig } from "../rigs/openclaw/telegram-rig.ts";
import type { BotMessage } from "../rigs/openclaw/telegram-shapes.ts";
import { said, writeRollout } from "../rigs/rollouts.ts";
import { type Asked, buildQuestions, escalated, fitParts } from "./asked.ts";
import { type Attack, drawMixtures, isLine, listAttacks } from "./attacks.ts";
import { openBait, type SetBait } from "./bait.ts";
import { formatQuietScript } from "./quiet-script.ts";
import { notOurs, type Score } from "./score.ts";
import { findBreaches } from "./telegram-reader.ts";
import { asModelSees, asName, asStrict, asTitle, type Shows } from "./what-is-seen.ts";

export interface GatewayAttackOptions {
  /** Folder of the installed package. */
  plugin: string;
  score: Score;
  seed: number;
  /** Random ones beside the list. */
  mixtures: number;
  /** Only each of so many of the list. Default: 1. */
  every?: number;
  say?(line: string): void;
}

/** Each has a direct chat, which takes one message a second; all of them at once. */
const people = [personId, 100_011, 100_012, 100_013, 100_014];
/** Later than this counts as silenced. */
const patienceMs = 30_000;
const pauseMs = 1_000;
/** No slash in it: it is the name of one folder. */
const folderName =
  "MEDIA:x.json __tests__ *_old_* ~~x~~ main.rs @everyone #tag <b>b `w` ||s|| \u202etxt\u200b [[audio_as_voice]] <think>";
/** Of whoever answers. */
const hostileName = "MEDIA:/etc/hostname <b>b</b> @everyone \u202eyes";
/** The choice that ends a question, and mostly its turn. */
const ending = /end the turn|Dismiss/;
const mcp = fileURLToPath(new URL("../rigs/mcp-elicit.ts", import.meta.url));

interface Lane {
  id: number;
  chat: TelegramChat;
}

export async function attackGateway(options: GatewayAttackOptions): Promise<void> {
  const bait = await openBait();
  const rig = await TelegramRig.prepare({
    plugins: { [pluginId]: options.plugin },
    owners: people.map((id) => `telegram:${id}`),
    telegram: { allowFrom: people.map(String) },
    settings: { quietNoticeSeconds: 5 },
    codex: {
      features: "default_mode_request_user_input = true\nrequest_permissions_tool = true",
      tables: `[mcp_servers.elicit]\ncommand = ${JSON.stringify(process.execPath)}\nargs = [${JSON.stringify(mcp)}]`,
    },
  });
  try {
    const attacks = new GatewayAttacks(rig, bait, options);
    attacks.writeSessions();
    await rig.gateway.up();
    await attacks.run();
  } finally {
    await rig.close();
    await bait.close();
  }
}

class GatewayAttacks {
  readonly #rig: TelegramRig;
  readonly #bait: SetBait;
  readonly #score: Score;
  readonly #say: (line: string) => void;
  readonly #lanes: Lane[];
  readonly #listed: Attack[];
  readonly #mixtures: Attack[];

  constructor(
    rig: TelegramRig,
    bait: SetBait,
    { score, seed, mixtures, every = 1, say = () => {} }: GatewayAttackOptions,
  ) {
    this.#rig = rig;
    this.#bait = bait;
    this.#score = score;
    this.#say = say;
    this.#lanes = people.map((id) => ({ id, chat: rig.chat({ from: id }) }));
    this.#listed = listAttacks(bait).filter((_, at) => at % every === seed % every);
    this.#mixtures = drawMixtures(bait, seed, mixtures);
  }

  get #all(): Attack[] {
    return [...this.#listed, ...this.#mixtures];
  }

  /** Their first words are the attacks. Codex reads them at its start. */
  writeSessions(): void {
    for (const [number, { text }] of this.#titles.entries())
      writeRollout(this.#rig.home.codexHome, { number: number + 1, lines: [said(text)] });
  }

  get #titles(): Attack[] {
    return this.#all.filter(
      (attack) => isLine(attack) && attack.text.length < 70 && attack.text.trim() !== "",
    );
  }

  async run(): Promise<void> {
    const steps = [
      this.#bind,
      this.#lists,
      this.#replies,
      this.#questions,
      this.#long,
      this.#errors,
      this.#runs,
      this.#notices,
    ];
    for (const step of steps) {
      const start = Date.now();
      await step.call(this);
      this.#say(`${step.name.replace("#", "")}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
    }
    const fetched = this.#bait.countRequests();
    const row = { kind: "remote images", text: "every address of the list" };
    this.#score.count(
      "what the host fetches",
      row,
      fetched === 0 ? [] : [`the host fetched ${fetched} times`],
    );
    const methods = this.#rig.telegram.calls.filter(({ body }) => body.chat_id === undefined);
    this.#score.count(
      "calls of no chat",
      { kind: "all", text: "all" },
      findBreaches(methods, this.#bait.secret),
    );
  }

  /** The host's own prompt, the answer to it and the card, in a folder of a hostile name. */
  async #bind(): Promise<void> {
    const folder = join(this.#rig.home.workFolder, folderName);
    mkdirSync(folder);
    const attack = { kind: "names of folders", text: folderName };
    for (const [at, lane] of this.#lanes.entries()) {
      const shown = this.#watch(lane);
      lane.chat.say(`/cx new --cwd "${at === 0 ? folder : this.#rig.home.workFolder}"`);
      await this.#rig.telegram.waitFor(({ chat, buttons }) => chat === lane.id && buttons.length > 0);
      if (at === 0)
        this.#judge("OpenClaw's prompt for a binding, the folder in it", [attack], asName, shown());
      const allowed = this.#watch(lane);
      await lane.chat.approveBinding();
      if (at > 0) continue;
      this.#judge(notOurs, [attack], asName, allowed());
      const card = this.#watch(lane);
      lane.chat.say("/cx status");
      await lane.chat.read(/Thread:/);
      this.#judge("/cx status", [attack], asStrict, card());
    }
  }

  async #lists(): Promise<void> {
    const [lane] = this.#lanes as [Lane];
    const seen: Shown[] = [];
    for (let page = 1; page <= Math.ceil(this.#titles.length / 10); page += 1) {
      const shown = this.#watch(lane);
      lane.chat.say(`/cx sessions --page ${page}`);
      await this.#within(lane.chat.read(/^\d+\. |No /m));
      seen.push(shown());
    }
    this.#judge("lists: first words of sessions", this.#titles, asTitle, addUp(seen));
  }

  /** Each alone, as all that a reply is. */
  async #replies(): Promise<void> {
    await this.#spread(this.#all, async (lane, attack) => {
      const shown = this.#watch(lane);
      const answer = await this.#answer(lane, [{ text: attack.text }]);
      const why = answer === undefined ? ["nothing was shown"] : asModelSees(attack, answer);
      this.#score.count("replies of the model", attack, [...why, ...this.#findBreaches(shown())]);
    });
  }

  async #questions(): Promise<void> {
    await this.#spread(buildQuestions(this.#all), (lane, asked) => this.#ask(lane, asked));
  }

  /** The question, and its message as it is edited when it is closed. */
  async #ask(lane: Lane, { surface, steps, attacks, shows }: Asked): Promise<void> {
    const shown = this.#watch(lane);
    const asked = lane.chat.say(formatQuietScript(steps));
    const prompt = await this.#within(
      this.#rig.telegram.waitFor(
        (each) => each.chat === lane.id && each.messageId > asked && each.buttons.some(isOfQuestion),
      ),
    );
    this.#judge(surface, attacks, shows, shown());
    if (prompt === undefined) return;
    const button =
      prompt.buttons.find(({ label }) => ending.test(label)) ??
      prompt.buttons.find(({ label }) => !/^(Yes|Always)/.test(label));
    if (button === undefined) return;
    // A person needs longer than the service to answer the one who sent it.
    await wait(pauseMs);
    const edited = this.#watch(lane);
    this.#rig.telegram.click(button, { from: lane.id, name: { first_name: hostileName } });
    const closing = await this.#within(
      this.#rig.telegram.waitFor(
        (each) => each.messageId === prompt.messageId && each.kind === "edited" && each.text !== prompt.text,
      ),
    );
    const what = closing === undefined ? ["it was not edited"] : [];
    for (const attack of attacks.filter((each) => shows(each, prompt).length === 0))
      this.#score.count(`${surface}, edited`, attack, [
        ...what,
        ...(closing ? shows(attack, closing) : []),
        ...this.#findBreaches(edited()),
      ]);
    await this.#within(
      this.#rig.telegram.waitFor(
        ({ chat, messageId, text }) =>
          chat === lane.id && messageId > asked && /^(Stopped\.|went on|Codex finished)/.test(text),
      ),
    );
  }

  /** What looks like a secret hides nothing of what is decided about, however long it is. */
  async #long(): Promise<void> {
    const [lane] = this.#lanes as [Lane];
    const lines = Array.from({ length: 800 }, (_, at) => `password=hunter2-${at}-${"x".repeat(20)}`);
    const shown = this.#watch(lane);
    lane.chat.say(formatQuietScript([{ shell: `true ${lines.join("\n")}`, extra: escalated("to see") }]));
    const isHere = ({ chat, buttons }: BotMessage) => chat === lane.id && buttons.some(isOfQuestion);
    await this.#within(this.#rig.telegram.waitFor(isHere, this.#rig.telegram.sent.length));
    const seen = shown()
      .messages.map(({ text }) => text)
      .join("\n");
    const lost = lines.filter((line) => !seen.includes(line));
    this.#score.count(
      "a command of 32,000 characters",
      { kind: "what looks like secrets", text: lines[0] ?? "" },
      [
        ...(lost.length === 0 ? [] : [`${lost.length} of ${lines.length} lines are not seen`]),
        ...this.#findBreaches(shown()),
      ],
    );
    lane.chat.say("/cx stop");
    await this.#within(lane.chat.read(/^Stopped/));
  }

  async #errors(): Promise<void> {
    const fitting = this.#all.filter((attack) => isLine(attack));
    await this.#spread(fitParts(fitting, 500), async (lane, attacks) => {
      const message = attacks.map(({ text }) => text).join(" ; ");
      const shown = this.#watch(lane);
      const step: Step = { status: 400, body: { error: { message, type: "invalid_request_error" } } };
      const answer = await this.#answer(lane, [step]);
      if (answer === undefined) this.#say(`no answer to an error: ${message}`);
      this.#judge("errors of the provider", attacks, asName, shown());
    });
  }

  /** The end that is told, the log and the list. */
  async #runs(): Promise<void> {
    const [lane] = this.#lanes as [Lane];
    const text = this.#listed
      .filter(({ asModel }) => asModel === undefined)
      .map((each) => each.text)
      .join("\n\n");
    const attack = { kind: "all", text: text.slice(0, 2_500) };
    const shown = this.#watch(lane);
    lane.chat.say(
      `/cx run --name errand --cwd ${this.#rig.home.workFolder} ${formatQuietScript([{ text: attack.text }])}`,
    );
    await this.#within(lane.chat.read(/Run errand: completed/));
    this.#score.count("ends of runs", attack, this.#findBreaches(shown()));
    const log = this.#watch(lane);
    lane.chat.say("/cx logs errand");
    await this.#within(lane.chat.read(/errand: completed/));
    lane.chat.say("/cx runs");
    await this.#within(lane.chat.read(/1\. errand/));
    this.#score.count("logs of runs", attack, this.#findBreaches(log()));
  }

  /** Titles of what runs, in what is said while a turn is quiet, and of a question that others wait for. */
  async #notices(): Promise<void> {
    const short = this.#listed.filter(
      (each) => isLine(each) && each.text.length < 50 && !each.text.includes("'"),
    );
    const picked = this.#lanes.map(
      (_, at) => short.filter((_each, index) => index % this.#lanes.length === at)[1] as Attack,
    );
    await Promise.all(
      this.#lanes.map(async (lane, at) => {
        const attack = picked[at] as Attack;
        const shown = this.#watch(lane);
        lane.chat.say(
          formatQuietScript([
            { shell: `sleep 7 # ${attack.text}`, extra: escalated("to wait") },
            { text: "slept" },
          ]),
        );
        await lane.chat.click(/^Yes/);
        await this.#within(lane.chat.read(/Still working/));
        this.#judge("notices", [attack], asTitle, shown());
        await this.#within(lane.chat.read(/slept/));
      }),
    );
  }

  async #answer(lane: Lane, steps: Step[]): Promise<BotMessage | undefined> {
    const asked = lane.chat.say(formatQuietScript(steps));
    return this.#within(
      this.#rig.telegram.waitFor(
        ({ chat, replyTo, kind }) => chat === lane.id && replyTo === asked && kind === "sent",
      ),
    );
  }

  async #within<T>(what: Promise<T>): Promise<T | undefined> {
    const stop = new AbortController();
    const late = wait(patienceMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    const first = await Promise.race([what, late]);
    stop.abort();
    return first;
  }

  /** All that the chat was told from now on. */
  #watch({ id }: Lane): () => Shown {
    const { telegram } = this.#rig;
    const [calls, sent] = [telegram.calls.length, telegram.sent.length];
    return () => ({
      calls: telegram.calls.slice(calls).filter(({ body }) => Number(body.chat_id) === id),
      messages: telegram.sent.slice(sent).filter(({ chat }) => chat === id),
    });
  }

  #findBreaches({ calls }: Shown): string[] {
    return findBreaches(calls, this.#bait.secret);
  }

  /** What got through in a message with several attacks counts for each of them. */
  #judge(surface: string, attacks: readonly Attack[], shows: Shows, shown: Shown): void {
    const through = this.#findBreaches(shown);
    const seen = {
      text: shown.messages.map(({ text }) => text).join("\n"),
      entities: shown.messages.flatMap(({ entities }) => entities),
    };
    for (const attack of attacks) this.#score.count(surface, attack, [...shows(attack, seen), ...through]);
  }

  /** Each lane takes the next one. */
  async #spread<T>(all: readonly T[], work: (lane: Lane, one: T) => Promise<void>): Promise<void> {
    const left = [...all];
    await Promise.all(
      this.#lanes.map(async (lane) => {
        for (let one = left.shift(); one !== undefined; one = left.shift()) await work(lane, one);
      }),
    );
  }
}

const isOfQuestion = ({ label }: { label: string }) => !/^Stop$/.test(label);

type Shown = { calls: TelegramRig["telegram"]["calls"]; messages: BotMessage[] };

function addUp(shown: readonly Shown[]): Shown {
  return { calls: shown.flatMap(({ calls }) => calls), messages: shown.flatMap(({ messages }) => messages) };
}
