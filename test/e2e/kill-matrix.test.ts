// kill -9 of the terminal host and of its server at every named point of a message's life, then a new start:
// nothing is lost, nothing runs twice, and what nobody can know is asked.
import { describe, expect, test } from "vitest";
import { lifePoints } from "../../src/conversations/host-sender.ts";
import { home, model, useFreshHomes } from "../rigs/fresh-homes.ts";
import { findServer, TerminalDriver } from "../rigs/terminal-driver.ts";

useFreshHomes();

const again = "(You may have seen this before.)";

/** How often the model was asked for the first reply to this message. */
function countRuns(mark: string): number {
  return model.requests.filter(
    (request) => request.stepIndex === 0 && JSON.stringify(request.body.input).includes(mark),
  ).length;
}

function countReplies(...hosts: TerminalDriver[]): number {
  return hosts.map((host) => host.stdout.split("the reply").length - 1).reduce((sum, each) => sum + each, 0);
}

/** Ends the input and waits for a clean end. */
async function finish(host: TerminalDriver): Promise<void> {
  host.end();
  expect(await host.exited).toEqual({ code: 0, signal: null });
}

describe("the host is killed", () => {
  test.each(lifePoints)("at %s: the message runs once and its reply comes [SHOW-2a]", async (point) => {
    const mark = `host-${point}`;
    const first = new TerminalDriver({ home, dieAt: point });
    first.type("/cx new");
    await first.says(/./);
    first.type(`${mark} SCRIPT[{"text":"the reply","hold":"${mark}"}]`);
    if (lifePoints.indexOf(point) >= lifePoints.indexOf("ended")) model.release(mark);
    expect((await first.exited).signal).toBe("SIGKILL");

    const second = new TerminalDriver({ home });
    model.release(mark);
    if (point === "delivered") await finish(second);
    else await second.reply(/the reply/);
    if (point !== "delivered") await finish(second);

    expect(countRuns(mark)).toBe(1);
    const wasShown = point === "sent";
    expect(second.stdout.includes(again)).toBe(wasShown || point === "sending");
    expect(countReplies(first, second)).toBe(wasShown ? 2 : 1);
  });
});

describe("the server is killed", () => {
  test.each(["thread-started", "submitted", "ended"] as const)(
    "at %s: the message runs once and its reply comes [SHOW-2b]",
    async (point) => {
      const mark = `server-${point}`;
      const host = new TerminalDriver({ home, dieAt: `server@${point}` });
      host.type("/cx new");
      host.type(`${mark} SCRIPT[{"text":"the reply"}]`);
      await host.reply(/the reply/);
      await finish(host);
      expect(countRuns(mark)).toBe(1);
      expect(countReplies(host)).toBe(1);
    },
  );

  test("right after turn/start was answered: sent again only where the message never reached the history [SHOW-2b]", async () => {
    const mark = "server-turn-accepted";
    const host = new TerminalDriver({ home, dieAt: "server@turn-accepted" });
    host.type("/cx new");
    host.type(`${mark} SCRIPT[{"text":"the reply"}]`);
    const asked = host.says(/send it again/i).then(() => host.type("/cx yes"));
    await Promise.race([host.reply(/the reply/), asked.then(() => host.reply(/the reply/))]);
    await finish(host);
    expect(countReplies(host)).toBe(1);
  });

  test.each([
    ["yes", 2, 1],
    ["no", 1, 0],
  ] as const)("in mid-turn: the person is asked, and %s is done [SHOW-2b]", async (answer, runs, replies) => {
    const mark = `server-running-${answer}`;
    const host = new TerminalDriver({ home });
    host.type("/cx new");
    host.type(`${mark} SCRIPT[{"text":"the reply","hold":"${mark}"}]`);
    await model.held(mark);
    process.kill(findServer(home), "SIGKILL");
    await host.says(/send it again/i);
    model.release(mark);
    host.type(`/cx ${answer}`);
    await finish(host);
    expect([countRuns(mark), countReplies(host)]).toEqual([runs, replies]);
  });

  test("a message behind the one that was cut off is not held up", async () => {
    const host = new TerminalDriver({ home, dieAt: "server@running" });
    host.type("/cx new");
    host.type('first SCRIPT[{"text":"never","hold":"for-ever"}]');
    host.type('second SCRIPT[{"text":"the reply"}]');
    await host.reply(/the reply/);
    expect(host.stderr).toMatch(/send it again/i);
    await finish(host);
  });
});
