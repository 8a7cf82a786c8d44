// What a person does in a conversation from its first command to its last, told once for every host.
import { expect } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import type { ScriptedModel } from "../../src/demo/scripted-model.ts";
import type { ScenarioChat } from "../rigs/openclaw/scenario-chat.ts";

export interface ScenarioOptions {
  chat: ScenarioChat;
  model: ScriptedModel;
  /** Folder of the new thread. */
  folder: string;
  /** The machine whose Codex is meant; absent: the host's own. */
  host?: string;
}

export async function playScenario({ chat, model, folder, host }: ScenarioOptions): Promise<void> {
  const there = host === undefined ? "" : ` --host ${host}`;
  chat.say(`/cx new --cwd ${folder}${there}`);
  await chat.approveBinding();

  chat.say(`tidy the shed ${formatScript({ text: "the shed is tidy" })}`);
  await chat.waitForReply(/the shed is tidy/);
  chat.say(formatScript({ text: "the second reply" }));
  await chat.waitForReply(/the second reply/);

  chat.say(formatScript({ text: "never said", hold: "forever" }));
  await model.held("forever");
  await chat.click(/^Stop$/);
  await chat.waitForReply(/stopped/i);

  chat.say(formatScript(askFor("asked.txt"), { text: "went on after yes" }));
  await chat.waitForNotice(/it has to be there/);
  await chat.click(/^Yes, this once$/);
  await chat.waitForReply(/went on after yes/);

  chat.say("/cx status");
  expect(await chat.waitForNotice(/Thread.*\n(.*\n)*/)).toContain(folder);
  chat.say(`/cx sessions${there}`);
  await chat.waitForNotice(/1\. .*tidy the shed/);
  chat.say("/cx detach");
  await chat.waitForNotice(/detached/i);
}

/** A command that Codex may run only when the person says yes. */
function askFor(file: string) {
  return {
    shell: `touch ${file}`,
    extra: { sandbox_permissions: "require_escalated", justification: "it has to be there" },
  };
}
