// A node and the gateway's way to it in one process, over a duplex connection in memory that tests may cut.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlaceServers } from "../../src/codex/place-servers.ts";
import { parseSettings } from "../../src/config/parse-settings.ts";
import type { Clock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { Channel } from "../../src/nodes/channel.ts";
import { buildNodeContext, type NodeContext } from "../../src/nodes/node-context.ts";
import { type NodePlace, NodePlaces } from "../../src/nodes/node-places.ts";
import type { NodeRules } from "../../src/nodes/node-rules.ts";
import { OwnTurns } from "../../src/nodes/own-turns.ts";
import { serveChannel } from "../../src/nodes/serve-channel.ts";
import { createDuplexPair, type DuplexPair } from "./duplex-pair.ts";

export interface NodeRigOptions {
  clock: Clock;
  buildServers(): PlaceServers;
  rules?: Partial<NodeRules>;
}

interface Answer {
  id?: number | string;
  result?: unknown;
  error?: {
    code: number;
    message: string;
    data?: { bridgeCode?: string; details?: Record<string, unknown> };
  };
  method?: string;
  params?: Record<string, unknown>;
}

export class NodeRig {
  readonly stateDirectory = realpathSync(mkdtempSync(join(tmpdir(), "node-")));
  readonly context: NodeContext;
  /** Why each channel ended, as the node's handler says it. */
  readonly ended: Promise<string>[] = [];
  readonly pairs: DuplexPair[] = [];
  readonly #sides: NodePlaces[] = [];

  constructor({ clock, buildServers, rules = {} }: NodeRigOptions) {
    const { stateDirectory } = this;
    const context = buildNodeContext({
      settings: parseSettings({ nodeRoots: rules.roots ?? [process.cwd()] }),
      codexHome: "/nowhere/codex-home",
      ...{ stateDirectory, clock, log: silentLog, version: "0.0.0", buildServers },
    });
    this.context = { ...context, rules: { ...context.rules, ...rules } };
  }

  /** The node's process starts anew: what it only remembered is gone. */
  restart(): void {
    this.cut();
    this.context.turns = new OwnTurns(this.stateDirectory, silentLog);
  }

  connect(): DuplexPair {
    const pair = createDuplexPair();
    this.pairs.push(pair);
    this.ended.push(serveChannel(pair.node, this.context));
    return pair;
  }

  cut(): void {
    for (const pair of this.pairs) pair.cut();
  }

  /** The gateway's side. */
  openSide(): NodePlace {
    const { clock } = this.context;
    const openDuplex = async () => this.connect().gateway;
    const side = new NodePlaces({ clock, log: silentLog, version: "0.0.0", openDuplex });
    this.#sides.push(side);
    return side.get("node-1");
  }

  /** A gateway that says what it likes. */
  async openHostile(): Promise<HostileGateway> {
    const channel = new Channel(this.connect().gateway, this.context.clock);
    channel.sendHello({ protocol: 1, version: "0.0.0", capabilities: [] });
    await channel.theirs;
    return new HostileGateway(channel);
  }

  async close(): Promise<void> {
    for (const side of this.#sides) await side.close();
    this.cut();
    await Promise.all(this.ended);
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }
}

export class HostileGateway {
  readonly heard: Answer[] = [];
  readonly #channel: Channel;
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.onMessage((text) => {
      const message = JSON.parse(text) as Answer;
      if (message.method !== undefined) this.heard.push(message);
      else this.#pending.get(Number(message.id))?.(message);
    });
  }

  ask(method: string, params?: unknown): Promise<Answer> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#pending.set(id, resolve);
    this.#channel.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  /** The code of ours that a call is refused with; undefined when it was answered. */
  async codeOf(method: string, params?: unknown): Promise<string | undefined> {
    const { error } = await this.ask(method, params);
    return error && (error.data?.bridgeCode ?? `rpc ${error.message}`);
  }

  answer(id: number | string, result: unknown): void {
    this.#channel.send(JSON.stringify({ id, result }));
  }

  say(text: string): void {
    this.#channel.send(text);
  }

  close(): Promise<void> {
    return this.#channel.close();
  }
}
