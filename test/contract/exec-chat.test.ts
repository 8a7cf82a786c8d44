// A conversation whose place runs its turns by `codex exec`, in the real program on the real Codex.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { startScriptedModel } from "../../src/demo/scripted-model.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { TurnDriver } from "../rigs/turn-driver.ts";

async function openHome(
  settings: object,
): Promise<{ home: CodexHome; talk(...lines: string[]): TurnDriver }> {
  const model = await startScriptedModel();
  const home = makeCodexHome({ modelUrl: model.url });
  const stateDirectory = join(home.home, "state");
  mkdirSync(stateDirectory, { mode: 0o700 });
  writeFileSync(join(stateDirectory, "settings.json"), JSON.stringify(settings));
  onTestFinished(async () => {
    await model.close();
    home.remove();
  });
  const talk = (...lines: string[]) => {
    const args = ["--state-dir", stateDirectory];
    return new TurnDriver({ home, command: "chat", args, stdin: `${lines.join("\n")}\n` });
  };
  return { home, talk };
}
const script = (...steps: Step[]) => formatScript(...steps);

test("told before the first turn, answered, gone on with after a restart [EXEC-4a EXEC-4f]", async () => {
  const { talk } = await openHome({ server: "exec" });
  const first = talk(
    "/cx new",
    script({ shell: "echo hi" }, { text: "The first reply." }),
    script({ text: "The second." }),
  );
  expect(await first.exited).toBe(0);
  expect(first.stdout).toBe("The first reply.\nThe second.\n");
  expect(first.stderr.split("Turns run by `codex exec` here")).toHaveLength(2);
  const second = talk("go on", "/cx status");
  expect(await second.exited).toBe(0);
  expect(second.stdout).toContain("go on");
  expect(second.stderr).not.toContain("Turns run by");
});

test("a thread of a server, with settings of its own, is refused; the rest of the chat goes on [EXEC-4c]", async () => {
  const { home, talk } = await openHome({});
  const served = talk("/cx new", script({ text: "By a server." }));
  expect(await served.exited).toBe(0);
  expect(served.stderr).not.toContain("codex exec");
  writeFileSync(join(home.home, "state", "settings.json"), JSON.stringify({ server: "exec" }));
  const refused = talk("no");
  await refused.exited;
  expect(refused.stdout + refused.stderr).toContain(
    "approval policy (on-request) would be overwritten by `codex exec`",
  );
  const fresh = talk("/cx new", script({ text: "By exec." }));
  expect(await fresh.exited).toBe(0);
  expect(fresh.stdout).toContain("By exec.");
});
