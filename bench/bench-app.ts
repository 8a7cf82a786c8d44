// The whole app in this process, on a private server, as the terminal host wires it; replies are waited for one by one.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type App, startApp } from "../src/app.ts";
import { buildServerDirectory } from "../src/codex/build-server-context.ts";
import { findServerRecord } from "../src/codex/server-record.ts";
import { parseSettings } from "../src/config/parse-settings.ts";
import { renderText } from "../src/hosts/terminal/render.ts";
import { systemClock } from "../src/kit/clock.ts";
import { silentLog } from "../src/kit/log.ts";
import type { NodeNetwork } from "../src/nodes/node-network.ts";
import { buildUserDirectory } from "../src/process/user-directory.ts";
import { findCodexBinary } from "../test/rigs/codex-binary.ts";
import type { CodexHome } from "../test/rigs/codex-home.ts";

export interface BenchApp {
  app: App;
  stateDirectory: string;
  /** Of the private server, once it runs. */
  socketPath(): string;
  /** Sends a message to a conversation and resolves with the text that the host was handed. */
  send(chat: string, text: string): Promise<string>;
  close(): Promise<void>;
}

export function startBenchApp(
  home: CodexHome,
  settings: Record<string, unknown> = {},
  state = "bench-state",
  network?: NodeNetwork,
): BenchApp {
  const stateDirectory = join(home.home, state);
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const waiting = new Map<string, (text: string) => void>();
  let messages = 0;
  const app = startApp({
    settings: parseSettings({
      server: "socket",
      folder: home.workFolder,
      codexBinary: findCodexBinary(),
      ...settings,
    }),
    stateDirectory,
    codexHome: home.codexHome,
    env: home.env,
    home: home.home,
    baseFolder: home.workFolder,
    version: "0.0.0",
    clock: systemClock,
    log: silentLog,
    sender: {
      serves: () => true,
      send: async (part) => {
        if (part.kind === "final") waiting.get(part.conversation)?.(renderText(part.blocks));
        return {};
      },
    },
    isPersonThere: () => true,
    idleCheck: [],
    network,
  });
  const send = async (chat: string, text: string) => {
    const route = { channel: "bench", account: "a", chat };
    const { promise, resolve } = Promise.withResolvers<string>();
    waiting.set(JSON.stringify([route.channel, route.account, route.chat, null]), resolve);
    messages += 1;
    const actor = { id: "bench:owner", isOwner: true };
    const received = await app.chat.receive({
      route,
      messageId: `m${messages}`,
      actor,
      chatKind: "direct",
      text,
    });
    return received.reply ? renderText(received.reply.blocks) : promise;
  };
  const socketPath = () => {
    const directory = buildServerDirectory(buildUserDirectory(home.env, home.home), home.codexHome);
    return findServerRecord(directory)?.socketPath ?? "";
  };
  return { app, stateDirectory, socketPath, send, close: () => app.close() };
}
