// Two clients of a run that are given lines at once, and the turns that came of them.
import { expect } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { BareClient, type Params } from "./bare-client.ts";
import type { CodexHome } from "./codex-home.ts";
import type { RunDriver } from "./run-driver.ts";

const linesEach = 4;

/** Two clients of a repl run are given lines at once: each is a turn of its own, in the order of its client. */
export async function expectOwnTurns(driver: RunDriver, home: CodexHome, name: string): Promise<void> {
  const clients = [driver.start("attach", name), driver.start("attach", name)];
  for (const client of clients) await client.says("Attached");
  const lines = clients.map((_, who) => Array.from({ length: linesEach }, (_, at) => `line-${who}-${at}`));
  for (let at = 0; at < linesEach; at++)
    for (const [who, client] of clients.entries())
      client.type(formatScript({ text: lines[who]?.[at] ?? "" }));
  for (const client of clients)
    for (const each of lines) await client.says(new RegExp(`^${each.at(-1)}$`, "m"));
  for (const client of clients) {
    client.end();
    expect(await client.ended).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining("Another turn"),
    });
  }
  const { threadId } = (await driver.list()).find((row) => row.name === name) ?? {};
  const said = await readInputs(home, String(threadId));
  expect(said.map((inputs) => inputs.length)).toEqual(Array(2 * linesEach).fill(1));
  const order = said.flat().map((text) => /line-\d-\d/.exec(text)?.[0] ?? "");
  for (const [who, each] of lines.entries())
    expect(order.filter((line) => line.startsWith(`line-${who}`))).toEqual(each);
}

/** What people said in each turn of a thread, by a process of somebody else. */
async function readInputs(home: CodexHome, threadId: string): Promise<string[][]> {
  const codex = await BareClient.overStdio(home.env, home.workFolder);
  const params = { threadId, limit: 100, sortDirection: "asc", itemsView: "full" };
  const { data } = await codex.request("thread/turns/list", params);
  await codex.close();
  return (data as Params[]).map(({ items }) =>
    (items as Params[]).filter(({ type }) => type === "userMessage").map((item) => JSON.stringify(item)),
  );
}
