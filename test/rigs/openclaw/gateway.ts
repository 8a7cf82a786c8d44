// The real gateway of one OpenClaw installation: its config, start, restart and kill, and its RPC.
import { until } from "../until.ts";
import { GatewayRpc } from "./gateway-rpc.ts";
import {
  findFreePort,
  type InstanceOptions,
  OpenClawInstance,
  type OpenClawProcess,
} from "./openclaw-instance.ts";

export const pluginId = "codex-threads";

/** Without a login OpenClaw's own agent answers this at once: the mark of a message that did not come to us. */
export const agentAnswer = /401/;

export interface GatewayOptions extends InstanceOptions {
  /** Plugins that are loaded in place (`plugins.load.paths`): id of the plugin, its folder. */
  plugins?: Readonly<Record<string, string>>;
  /** Our plugin's own settings. */
  settings?: Record<string, unknown>;
  /** Sections of `channels`, for example that of `FakeTelegram.channel()`. */
  channels?: Readonly<Record<string, object>>;
  /** `commands.ownerAllowFrom`, for example `telegram:100001`. */
  owners?: readonly string[];
  /** Default here: a session for each chat partner. OpenClaw's own default is `main`. */
  dmScope?: "main" | "per-peer" | "per-channel-peer" | "per-account-channel-peer";
  /** Further sections of the config, in place of the ones made here. */
  sections?: Record<string, unknown>;
  /** `gateway.nodes.commands.allow`. */
  nodeCommands?: readonly string[];
}

const token = "token-of-the-tests";

export class Gateway extends OpenClawInstance {
  readonly port: number;
  /** What clients and nodes authenticate with. */
  readonly token = token;
  #process: OpenClawProcess | undefined;
  #rpc: GatewayRpc | undefined;

  private constructor(options: GatewayOptions, port: number) {
    super(options);
    this.port = port;
    this.writeConfig(buildConfig(options, port, this.logFile));
  }

  /** Only writes the config, so that plugins can be installed before the start. */
  static async prepare(options: GatewayOptions): Promise<Gateway> {
    return new Gateway(options, await findFreePort());
  }

  /** Prepares it and waits until it serves: 16 s on an idle machine, a minute on a busy one. */
  static async open(options: GatewayOptions): Promise<Gateway> {
    const gateway = await Gateway.prepare(options);
    try {
      await gateway.up();
    } catch (thrown) {
      await gateway.close();
      throw thrown;
    }
    return gateway;
  }

  /** The running gateway. */
  get process(): OpenClawProcess {
    if (!this.#process) throw new Error("the gateway was not started");
    return this.#process;
  }

  /** Starts it; resolves when it says that it is ready, rejects with its output when it ends instead. */
  async up(): Promise<void> {
    const started = this.start("gateway", "run");
    this.#process = started;
    await until(async () => {
      if (started.hasEnded) throw new Error(`the gateway ended at its start:\n${started.output}`);
      return this.isReady();
    });
  }

  async isReady(): Promise<boolean> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`);
      return ((await answer.json()) as { ready?: boolean }).ready === true;
    } catch {
      return false;
    }
  }

  /** Asks it to end (SIGTERM, or the given signal) and waits; it drains what runs first. */
  async down(signal: NodeJS.Signals = "SIGTERM"): Promise<{ code: number | null }> {
    this.#rpc?.close();
    this.#rpc = undefined;
    this.process.signal(signal);
    return this.process.exited;
  }

  async restart(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.down(signal);
    await this.up();
  }

  /** What the gateway lists of the node of this name, as soon as it holds for it. */
  async findNode(name: string, holds: (node: NodeReport) => boolean): Promise<NodeReport> {
    let found: NodeReport | undefined;
    await until(async () => {
      const { nodes } = (await this.call("node.list")) as { nodes: NodeReport[] };
      found = nodes.find((node) => node.displayName === name && holds(node));
      return found !== undefined;
    });
    if (!found) throw new Error("no such node");
    return found;
  }

  /** One call of the gateway's protocol, for example `chat.send`; rejects with the gateway's error. */
  async call(method: string, params: object = {}): Promise<unknown> {
    this.#rpc ??= await GatewayRpc.connect(this.port, token);
    return this.#rpc.call(method, params);
  }

  /** `openclaw plugins inspect <id> --runtime --json`. */
  async inspectPlugin(id: string = pluginId): Promise<PluginReport> {
    return JSON.parse(await this.mustRun("plugins", "inspect", id, "--runtime", "--json"));
  }

  override async close(): Promise<void> {
    this.#rpc?.close();
    await super.close();
  }
}

export interface NodeReport {
  nodeId: string;
  displayName?: string;
  connected?: boolean;
  commands?: string[];
}

/** The part of the report that tests look at. */
export interface PluginReport {
  plugin: { id: string; status: string; error?: string; rootDir?: string };
  diagnostics: { level: string; message: string }[];
  commands: string[];
  typedHooks: { name: string }[];
  services: string[];
}

function buildConfig(options: GatewayOptions, port: number, logFile: string): object {
  const { plugins = {}, settings, channels = {}, owners, dmScope = "per-channel-peer", sections } = options;
  const nodes = { commands: { allow: options.nodeCommands ?? [] } };
  const entries: Record<string, object> = {};
  for (const id of [...Object.keys(plugins), ...Object.keys(channels)]) entries[id] = { enabled: true };
  if (settings) entries[pluginId] = { enabled: true, config: settings };
  return {
    gateway: { mode: "local", bind: "loopback", port, auth: { mode: "token", token }, nodes },
    logging: { file: logFile },
    update: { checkOnStart: false },
    telemetry: { enabled: false },
    models: { catalogRefresh: { enabled: false } },
    session: { dmScope },
    ...(owners ? { commands: { ownerAllowFrom: owners } } : {}),
    channels,
    // Without the list every bundled plugin is loaded too.
    plugins: {
      allow: [...new Set([pluginId, ...Object.keys(entries)])],
      load: { paths: Object.values(plugins) },
      entries,
    },
    ...sections,
  };
}
