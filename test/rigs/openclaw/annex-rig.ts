// A gateway and a node of it, named annex: connected, allowed and approved, with a Codex home for each.
import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { nodeCommands } from "../../../src/nodes/command-names.ts";
import { type CodexHome, makeCodexHome } from "../codex-home.ts";
import { pluginId } from "./gateway.ts";
import { OpenClawNode } from "./openclaw-node.ts";
import type { TelegramChat } from "./telegram-chat.ts";
import { TelegramRig, type TelegramRigOptions } from "./telegram-rig.ts";

const dangerous = [nodeCommands.appServer, nodeCommands.resumeSession];

export class AnnexRig {
  readonly rig: TelegramRig;
  /** Of the node. */
  readonly there: CodexHome;
  readonly node: OpenClawNode;

  private constructor(rig: TelegramRig, there: CodexHome, node: OpenClawNode) {
    this.rig = rig;
    this.there = there;
    this.node = node;
  }

  static async open(folder: string, options: TelegramRigOptions = {}): Promise<AnnexRig> {
    const rig = await TelegramRig.open(folder, { nodeCommands: dangerous, ...options });
    const { gateway, model } = rig;
    const there = makeCodexHome({ modelUrl: model.url });
    const node = new OpenClawNode({
      ...{ gateway, home: there, name: "annex", plugins: { [pluginId]: folder } },
      settings: { nodeRoots: [there.workFolder] },
    });
    const opened = new AnnexRig(rig, there, node);
    try {
      await node.up();
      await opened.approve();
    } catch (thrown) {
      await opened.close();
      throw thrown;
    }
    return opened;
  }

  /** By the documented commands. */
  async approve(): Promise<void> {
    const [pending] = JSON.parse(await this.rig.gateway.mustRun("nodes", "pending", "--json"));
    await this.rig.gateway.mustRun("nodes", "approve", pending.requestId);
    await this.whenUsable();
  }

  /** Resolves with the node's id when the gateway lists it with all our commands. */
  async whenUsable(): Promise<string> {
    const all = Object.values(nodeCommands);
    const { nodeId } = await this.rig.gateway.findNode("annex", ({ connected, commands = [] }) =>
      all.every((each) => connected === true && commands.includes(each)),
    );
    return nodeId;
  }

  async bind(chat: TelegramChat): Promise<void> {
    chat.say(`/cx new --cwd ${this.there.workFolder} --host annex`);
    await chat.approveBinding();
  }

  /** Pids of the node's app-servers. */
  findServers(): number[] {
    const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
    return lines
      .filter((line) => line.includes(`${dirname(this.there.codexHome)}/`))
      .filter((line) => / app-server --listen /.test(line) && !line.includes("codex-threads-keeper"))
      .map((line) => Number.parseInt(line.trim(), 10));
  }

  async close(): Promise<void> {
    await this.node.close();
    await this.rig.close();
    this.there.remove();
  }
}
