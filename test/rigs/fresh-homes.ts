// A scripted model for a test file, and a throw-away CODEX_HOME for each of its tests.
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "./codex-home.ts";
import { killLeftovers } from "./terminal-driver.ts";

/** Those of the test that runs now. */
export let model: ScriptedModel;
export let home: CodexHome;

/** To be called at the top of the file. */
export function useFreshHomes(): void {
  beforeAll(async () => {
    model = await startScriptedModel();
  });
  afterAll(() => model.close());
  beforeEach(() => {
    home = makeCodexHome({ modelUrl: model.url });
  });
  afterEach(() => {
    killLeftovers(home);
    home.remove();
  });
}
