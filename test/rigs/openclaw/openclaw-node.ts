// Another machine of a gateway: `openclaw node run` with a HOME, state and CODEX_HOME of its own, our plugin loaded there.
import type { Gateway } from "./gateway.ts";
import { pluginId } from "./gateway.ts";
import { type InstanceOptions, OpenClawInstance, type OpenClawProcess } from "./openclaw-instance.ts";

export interface NodeOptions extends InstanceOptions {
  gateway: Gateway;
  /** Display name. */
  name: string;
  /** Plugins that are loaded in place: id of the plugin, its folder. */
  plugins: Readonly<Record<string, string>>;
  /** Our plugin's own settings there. */
  settings?: Record<string, unknown>;
}

export class OpenClawNode extends OpenClawInstance {
  readonly name: string;
  readonly #gateway: Gateway;
  #process: OpenClawProcess | undefined;

  constructor({ gateway, name, plugins, settings = {}, ...instance }: NodeOptions) {
    super({ ...instance, env: { ...instance.env, OPENCLAW_GATEWAY_TOKEN: gateway.token } });
    this.name = name;
    this.#gateway = gateway;
    const entries = Object.fromEntries(Object.keys(plugins).map((id) => [id, { enabled: true }]));
    this.writeConfig({
      gateway: { mode: "local" },
      logging: { file: this.logFile },
      update: { checkOnStart: false },
      telemetry: { enabled: false },
      nodeHost: { autoUpdate: { enabled: false } },
      plugins: {
        allow: Object.keys(plugins),
        load: { paths: Object.values(plugins) },
        entries: { ...entries, [pluginId]: { enabled: true, config: settings } },
      },
    });
  }

  get process(): OpenClawProcess {
    if (!this.#process) throw new Error("the node was not started");
    return this.#process;
  }

  /** Starts it; resolves when it is connected to the gateway. */
  async up(): Promise<void> {
    const { port } = this.#gateway;
    const where = ["--host", "127.0.0.1", "--port", String(port), "--display-name", this.name];
    this.#process = this.start("node", "run", ...where);
    await this.#process.says(/gateway connected/);
  }

  async down(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.process.signal(signal);
    await this.process.exited;
  }
}
