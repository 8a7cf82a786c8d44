import { expect, test } from "vitest";
import { systemClock } from "../../../src/kit/clock.ts";
import { startChild } from "../../../src/process/child.ts";
import { isSameProcess } from "../../../src/process/identity.ts";
import { findDescendants, pickDescendants, stopTree } from "../../../src/process/stop-tree.ts";
import { until } from "../../rigs/until.ts";

test("descendants are found over several generations, and no others", () => {
  const list = " 2 1\n 3 2\n 4 3\n 5 1\n 6 4\nnonsense\n";
  expect(pickDescendants(2, list)).toEqual([3, 4, 6]);
  expect(pickDescendants(9, list)).toEqual([]);
});

/** A shell whose child is in a session of its own, as the commands of codex are. */
async function startWithStray(trap: string) {
  const stray = `require("node:child_process").spawn("sleep", ["600"], { detached: true, stdio: "ignore" })`;
  const script = `${trap}; ${stray}; setInterval(() => {}, 1e6); console.log("ready")`;
  const env = { PATH: process.env.PATH ?? "" };
  const child = await startChild({
    command: process.execPath,
    args: ["-e", script],
    env,
    clock: systemClock,
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until(() => said.includes("ready"));
  const [found] = await findDescendants(child.pid, systemClock);
  if (!found) throw new Error("the child has started nothing");
  return { child, stray: found };
}

test.runIf(process.platform !== "win32").each([
  ["that ends at once", ""],
  ["that ignores the polite request", 'process.on("SIGINT", () => {})'],
])("a child %s goes, and what had left its group goes too [EXEC-3e]", async (_, trap) => {
  const { child, stray } = await startWithStray(trap);
  await stopTree(child, systemClock, 200);
  await child.exited;
  await until(async () => !(await isSameProcess(stray)));
  expect(await isSameProcess(stray)).toBe(false);
});
