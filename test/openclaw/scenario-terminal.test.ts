// The scenario of all hosts in the terminal host.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startScriptedModel } from "../../src/demo/scripted-model.ts";
import { makeCodexHome } from "../rigs/codex-home.ts";
import { TerminalChat } from "../rigs/openclaw/terminal-chat.ts";
import { killLeftovers, TerminalDriver } from "../rigs/terminal-driver.ts";
import { playScenario } from "./scenario.ts";

test("a conversation from its first command to its last [GATE-4a]", async () => {
  const model = await startScriptedModel();
  const home = makeCodexHome({ modelUrl: model.url });
  try {
    const host = new TerminalDriver({ home });
    await playScenario({ chat: new TerminalChat(host), model, folder: home.workFolder });
    host.end();
    expect(await host.exited).toEqual({ code: 0, signal: null });
    expect(existsSync(join(home.workFolder, "asked.txt"))).toBe(true);
  } finally {
    killLeftovers(home);
    home.remove();
    await model.close();
  }
});
