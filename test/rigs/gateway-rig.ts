// The app as a gateway holds it, in this process: one owner in one chat, and a node over the real node end, which may go away.
import { join } from "node:path";
import { type App, startApp } from "../../src/app.ts";
import { parseSettings } from "../../src/config/parse-settings.ts";
import { renderText } from "../../src/hosts/terminal/render.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";
import { nodeCommands } from "../../src/nodes/command-names.ts";
import { openRuns } from "../../src/runs/open-runs.ts";
import type { NodeRig } from "./node-rig.ts";

export const nodeName = "box";
const nodeId = "node-1";

export class GatewayRig {
  /** What the outbox has handed over, oldest first, over all lives of the gateway. */
  readonly told: string[] = [];
  isNodeConnected = true;
  readonly #node: NodeRig;
  readonly #directory: string;
  readonly #looks = new Set<() => void>();
  #app: App | undefined;
  #lastId = 0;

  /** `directory`: for the state of the gateway, private to the test. */
  constructor(node: NodeRig, directory: string) {
    this.#node = node;
    this.#directory = directory;
  }

  start(): void {
    const settings = parseSettings({});
    const own = { env: {}, home: this.#directory, settings, version: "0.0.0", clock: systemClock };
    const commands = Object.values(nodeCommands);
    this.#app = startApp({
      ...{ ...own, log: silentLog, idleCheck: [], baseFolder: this.#directory, isPersonThere: () => true },
      stateDirectory: join(this.#directory, "gateway"),
      codexHome: join(this.#directory, "codex"),
      sender: {
        serves: () => true,
        send: async ({ blocks, typed = [] }) => {
          this.told.push(renderText([...blocks, ...typed]));
          for (const look of this.#looks) look();
          return {};
        },
      },
      network: {
        list: async () => [
          {
            nodeId,
            displayName: nodeName,
            connected: this.isNodeConnected,
            commands,
            invocableCommands: commands,
          },
        ],
        allowed: () => commands,
        invoke: () => Promise.reject(new Error("not here")),
        openDuplex: async () => this.#node.connect().gateway,
      },
      openRuns: (findNode) => openRuns({ ...own, log: silentLog, self: [], findNode }),
    });
  }

  /** The answer to a line of the owner; "" where it comes by another way. */
  async say(text: string): Promise<string> {
    this.#lastId += 1;
    const answer = await this.#app?.chat.receive({
      route: { channel: "test", account: "me", chat: "main" },
      messageId: `${Date.now()}-${this.#lastId}`,
      actor: { id: "ann", isOwner: true },
      chatKind: "direct",
      text,
    });
    return renderText([...(answer?.reply?.blocks ?? []), ...(answer?.reply?.typed ?? [])]);
  }

  /** Resolves when the outbox has handed over such a text. */
  async hears(text: RegExp): Promise<string> {
    for (;;) {
      const found = this.told.find((each) => text.test(each));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#looks.add(resolve));
    }
  }

  async close(): Promise<void> {
    await this.#app?.close();
    this.#app = undefined;
  }
}
