import { describe, expect, test } from "vitest";
import { type FateQuery, findFate } from "../../../src/codex/history.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { FakePlace } from "../../rigs/fake-place.ts";
import { pass, settle } from "../../rigs/settle.ts";

async function open(change: Partial<FateQuery> = {}) {
  const clock = new FakeClock();
  const place = new FakePlace({ clock });
  const server = place.own;
  server.nowSeconds = () => clock.now() / 1000;
  server.add("t");
  const ask = async () => {
    const hold = await place.threads.hold("t");
    const query = {
      hold,
      threads: place.threads,
      clock,
      clientId: "mine",
      historyExpected: false,
    };
    const fate = findFate({ ...query, ...change });
    return { hold, fate };
  };
  return { clock, server, ask };
}

const someTurn = (server: FakePlace["own"]) => {
  server.join("t", "before", "theirs");
  server.reply("done");
};

describe("absence", () => {
  test("takes two looks with a pause between [CONV-13g]", async () => {
    const { clock, server, ask } = await open({ historyExpected: true });
    someTurn(server);
    const { fate } = await ask();
    await settle();
    expect(server.count("thread/turns/list")).toBe(1);
    await pass(clock, 500);
    expect(await fate).toEqual({ kind: "absent" });
    expect(server.count("thread/turns/list")).toBe(2);
  });

  test("is not said of a message that appears a moment later", async () => {
    const { clock, server, ask } = await open();
    someTurn(server);
    const { fate } = await ask();
    await settle();
    server.join("t", "mine", "mine");
    await pass(clock, 500);
    expect(await fate).toMatchObject({ kind: "running", origin: "ours" });
  });

  test("is not said where a history is expected and none can be read [CONV-13h]", async () => {
    const { clock, ask } = await open({ historyExpected: true });
    const { fate } = await ask();
    await pass(clock, 500);
    expect(await fate).toMatchObject({ kind: "unknown" });
  });

  test("is not even considered while the turn of our message runs without a word in it yet", async () => {
    const { server, ask } = await open({ turnId: "turn-1" });
    server.join("t", "mine", "mine").items = [];
    const { fate } = await ask();
    await settle();
    expect(await fate).toMatchObject({ kind: "running", origin: "ours", turn: { id: "turn-1" } });
  });

  test("of a thread that never had a message is believed", async () => {
    const { clock, ask } = await open();
    const { fate } = await ask();
    await pass(clock, 500);
    expect(await fate).toEqual({ kind: "absent" });
  });

  test("is said of our turn when it holds no word: the server died before it was written", async () => {
    const { clock, server, ask } = await open({ turnId: "turn-1" });
    const turn = server.join("t", "mine", "mine");
    turn.items = [];
    server.die();
    const { fate } = await ask();
    await pass(clock, 500);
    expect(await fate).toEqual({ kind: "absent" });
  });

  test("waits for the end of somebody else's turn", async () => {
    const { clock, server, ask } = await open();
    server.join("t", "theirs", "theirs");
    const { fate } = await ask();
    let told = false;
    fate.then(
      () => {
        told = true;
      },
      () => {},
    );
    await pass(clock, 60_000, 5_000);
    expect(told).toBe(false);
    server.reply("done");
    expect(await fate).toEqual({ kind: "absent" });
  });

  test("is not looked for before a turn that had ended when it was sent, else to the beginning", async () => {
    const near = await open();
    near.server.pageSize = 2;
    for (let count = 0; count < 6; count += 1) someTurn(near.server);
    const all = await near.ask();
    await pass(near.clock, 500);
    expect(await all.fate).toEqual({ kind: "absent" });
    expect(near.server.count("thread/turns/list")).toBe(6);

    const far = await open({ turnBefore: "turn-5" });
    far.server.pageSize = 2;
    for (let count = 0; count < 6; count += 1) someTurn(far.server);
    const some = await far.ask();
    await pass(far.clock, 500);
    expect(await some.fate).toEqual({ kind: "absent" });
    expect(far.server.count("thread/turns/list")).toBe(2);
  });

  test("is not said because the clock of the server's machine is behind ours [NODE-4c]", async () => {
    const { clock, server, ask } = await open();
    server.nowSeconds = () => clock.now() / 1000 - 3_600;
    server.pageSize = 1;
    server.join("t", "mine", "mine");
    server.reply("mine is done");
    someTurn(server);
    const { fate } = await ask();
    expect(await fate).toMatchObject({ kind: "ended", origin: "ours" });
  });
});

describe("a message that is there", () => {
  test("on a later page: ended, with its turn [CONV-13f]", async () => {
    const { server, ask } = await open();
    server.pageSize = 1;
    server.join("t", "mine", "mine");
    server.reply("mine is done");
    someTurn(server);
    const { fate } = await ask();
    expect(await fate).toMatchObject({ kind: "ended", origin: "ours", turn: { status: "completed" } });
  });

  test("cut off by the death of its server [CONV-13h]", async () => {
    const { server, ask } = await open();
    server.join("t", "mine", "mine");
    server.die();
    const { fate } = await ask();
    expect(await fate).toMatchObject({ kind: "cut-off" });
  });

  test("interrupted on purpose has ended", async () => {
    const { server, ask } = await open();
    const turn = server.join("t", "mine", "mine");
    server.complete("t", turn.id, { type: "agentMessage", id: "a", text: "half" });
    server.end("t", turn.id, "interrupted");
    const { fate } = await ask();
    expect(await fate).toMatchObject({ kind: "ended", turn: { status: "interrupted" } });
  });

  test("ended before the model was asked is cut off, as nobody is known to have stopped it [CONV-13h]", async () => {
    const { server, ask } = await open();
    const turn = server.join("t", "mine", "mine");
    server.end("t", turn.id, "interrupted");
    const { fate } = await ask();
    expect(await fate).toMatchObject({ kind: "cut-off", turn: { id: turn.id } });
  });

  test("in somebody else's turn", async () => {
    const { server, ask } = await open();
    server.join("t", "theirs", "theirs");
    server.join("t", "mine", "mine");
    const { fate } = await ask();
    expect(await fate).toMatchObject({ kind: "running", origin: "foreign" });
  });
});
