// audit, lock and unlock of the terminal host, typed in another terminal while a conversation runs.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { home, model, useFreshHomes } from "../rigs/fresh-homes.ts";
import { buildStateDirectory, TerminalDriver } from "../rigs/terminal-driver.ts";

useFreshHomes();

const bin = join(import.meta.dirname, "../../src/terminal.ts");

async function operate(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const words = [bin, ...args, "--state-dir", buildStateDirectory(home)];
  const running = promisify(execFile)(process.execPath, words, { env: home.env, cwd: home.workFolder });
  return running.then(
    (done) => ({ code: 0, ...done }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

test("lock stops the turn of a running conversation and refuses what is typed; unlock gives it back; audit tells it [AUD-2a AUD-3a AUD-3b]", async () => {
  const host = new TerminalDriver({ home });
  host.type("/cx new");
  await host.says(/new thread starts/i);
  host.type(formatScript({ text: "never said", hold: "gate" }));
  await model.held("gate");
  expect(await operate("lock")).toEqual({
    ...{ code: 0, stderr: "" },
    stdout: "Locked: turns are stopped, questions declined, chats refused.\n",
  });
  await host.reply(/Stopped/);
  host.type("hello");
  await host.says(/operator of this machine has locked Codex/);
  expect(await operate("unlock")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Unlocked/) });
  host.type(formatScript({ text: "heard again" }));
  await host.reply(/heard again/);
  expect(host.stdout).not.toContain("never said");

  const { code, stdout } = await operate("audit", "--json", "--since", "1h");
  expect(code).toBe(0);
  expect(JSON.parse(stdout).map(({ act }: { act: string }) => act)).toEqual(["held", "locked", "unlocked"]);
  host.end();
  expect(await host.exited).toMatchObject({ code: 0 });
  expect((await operate("audit")).stdout.split("\n")).toHaveLength(5);
});

test.each([
  [["audit", "--since", "soon"], /--since wants how long ago/],
  [["audit", "--since"], /--since wants a value/],
  [["audit", "--jsno"], /no option `--jsno`; did you mean `--json`/],
  [["lock", "--json"], /no option `--json`/],
  [["unlock", "now"], /takes no `now`/],
])("%j is said and fails [AUD-2c]", async (args, says) => {
  const { code, stdout, stderr } = await operate(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(says);
});
