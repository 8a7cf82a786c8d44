// Whose Codex the terminal host takes: by what a server that it starts would really get.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatKeyNotPassed } from "../../../src/chat/words/terminal-text.ts";
import { openBackend } from "../../../src/hosts/terminal/backend.ts";
import { renderLine } from "../../../src/hosts/terminal/render.ts";
import { makeFolder } from "../../rigs/conversation-rig.ts";

interface Given {
  ours?: Record<string, string>;
  servers?: Record<string, string>;
  file?: string;
}

async function open({ ours = {}, servers = {}, file }: Given) {
  const codexHome = makeFolder();
  if (file) writeFileSync(join(codexHome, file), "{}");
  const readServerEnv = async () => servers;
  const backend = await openBackend({
    ...{ demo: false, codexHome, stateDirectory: makeFolder(), home: codexHome, env: ours, readServerEnv },
  });
  await backend.close();
  return [backend.isDemo, backend.keyNotPassed];
}

const key = { OPENAI_API_KEY: "sk-x" };

test("an API key counts as a login only where the server gets it [TERM-18a]", async () => {
  expect(await open({ ours: key, servers: key })).toEqual([false, undefined]);
  expect(await open({ servers: { CODEX_API_KEY: "x" } })).toEqual([false, undefined]);
  expect(await open({ ours: key, file: "auth.json" })).toEqual([false, undefined]);
  expect(await open({ ours: key, servers: { OPENAI_API_KEY: " " } })).toEqual([true, "OPENAI_API_KEY"]);
  expect(await open({})).toEqual([true, undefined]);
  expect(renderLine(formatKeyNotPassed("OPENAI_API_KEY"))).toMatch(/passEnv.*codex login/);
});
