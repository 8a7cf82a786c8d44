// A gateway with our plugin and the bundled Telegram channel, a scripted model, and what of ours runs there.
import { strictEqual } from "node:assert";
import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { formatScript } from "../../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../../src/demo/scripted-model.ts";
import { type CodexHome, type CodexHomeOptions, makeCodexHome } from "../codex-home.ts";
import { until } from "../until.ts";
import { FakeTelegram, personId } from "./fake-telegram.ts";
import { Gateway, type GatewayOptions, pluginId } from "./gateway.ts";
import { type ChatPlace, TelegramChat } from "./telegram-chat.ts";

export interface TelegramRigOptions extends Omit<GatewayOptions, "home"> {
  /** What is added to the section `channels.telegram`. */
  telegram?: object;
  /** What is added to the config of Codex. */
  codex?: Omit<CodexHomeOptions, "modelUrl">;
}

export class TelegramRig {
  readonly model: ScriptedModel;
  readonly home: CodexHome;
  readonly telegram: FakeTelegram;
  readonly gateway: Gateway;

  private constructor(model: ScriptedModel, home: CodexHome, telegram: FakeTelegram, gateway: Gateway) {
    this.model = model;
    this.home = home;
    this.telegram = telegram;
    this.gateway = gateway;
  }

  /** The gateway is prepared, not started: `gateway.up()`. Its owner is the person of the fake Telegram. */
  static async prepare(options: TelegramRigOptions): Promise<TelegramRig> {
    const model = await startScriptedModel();
    const home = makeCodexHome({ ...options.codex, modelUrl: model.url });
    const telegram = await FakeTelegram.open();
    const { telegram: change, channels, codex: _, ...rest } = options;
    const gateway = await Gateway.prepare({
      ...{ home, owners: [`telegram:${personId}`] },
      ...rest,
      channels: { telegram: telegram.channel(change), ...channels },
    });
    return new TelegramRig(model, home, telegram, gateway);
  }

  /** Prepared and started, with our plugin loaded in place from `folder`. */
  static async open(folder: string, options: TelegramRigOptions = {}): Promise<TelegramRig> {
    const plugins = { [pluginId]: folder, ...options.plugins };
    const rig = await TelegramRig.prepare({ ...options, plugins });
    try {
      await rig.gateway.up();
    } catch (thrown) {
      await rig.close();
      throw thrown;
    }
    return rig;
  }

  chat(place: ChatPlace = {}): TelegramChat {
    return new TelegramChat(this.telegram, place);
  }

  /** Binds the chat to a new thread, by the command and the host's own approval. */
  async bind(chat: TelegramChat): Promise<void> {
    chat.say(`/cx new --cwd ${this.home.workFolder}`);
    await chat.approveBinding();
  }

  /** A turn of the chat that waits at the gate; its reply is `the reply of <gate>`. */
  async startTurn(chat: TelegramChat, gate: string): Promise<void> {
    chat.say(formatScript({ text: `the reply of ${gate}`, hold: gate }));
    await this.model.held(gate);
  }

  /** Requests of the model that carry this word, those of later turns of the thread too. */
  countRequests(word: string): number {
    return this.model.requests.filter(({ body }) => JSON.stringify(body.input).includes(word)).length;
  }

  /** No assertion of a test: a benchmark uses this rig too. */
  async expectOneOfEach(): Promise<void> {
    await until(() => this.findServers().length === 1 && this.countConnections() === 1);
    strictEqual(this.findKeepers().length, 1, "keepers");
  }

  /** The keeper gives a server that nobody owns a minute. */
  async untilNothingRuns(): Promise<void> {
    await until(() => this.findServers().length === 0 && this.findKeepers().length === 0);
  }

  /** Pids of the app-servers that were started from this installation. */
  findServers(): number[] {
    return this.#listServers().map(({ pid }) => pid);
  }

  /** Pids of the processes that watch them. */
  findKeepers(): number[] {
    return this.#listProcesses()
      .filter(({ args }) => args.includes("codex-threads-keeper"))
      .map(({ pid }) => pid);
  }

  /** How many connections our app-servers have; the kernel tells them by the path of the socket (Linux, proc_net(5)). */
  countConnections(): number {
    const connected = "03";
    const paths = this.findSockets().map((path) => realpathSync(path));
    return readFileSync("/proc/net/unix", "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , , , state, , name = ""]) => state === connected && paths.includes(name)).length;
  }

  /** Where the app-servers that run listen. */
  findSockets(): string[] {
    return this.#listServers().map(({ args }) => / unix:\/\/(\S+)/.exec(args)?.[1] ?? "");
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.telegram.close();
    await this.model.close();
    this.home.remove();
  }

  #listServers(): { pid: number; args: string }[] {
    return this.#listProcesses().filter(
      ({ args }) => / app-server --listen /.test(args) && !args.includes("codex-threads-keeper"),
    );
  }

  #listProcesses(): { pid: number; args: string }[] {
    const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
    return lines
      .filter((line) => line.includes(`${dirname(this.home.codexHome)}/`))
      .map((line) => {
        const [pid = "", ...args] = line.trim().split(/\s+/);
        return { pid: Number(pid), args: args.join(" ") };
      });
  }
}
