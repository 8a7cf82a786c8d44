// Turns of ours on the real Codex, over every transport: what they tell, what they reply, how they are stopped and steered.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backgroundTerminals } from "../../src/codex/schemas.ts";
import type { ThreadHold } from "../../src/codex/threads.ts";
import { checkInput, steerTurn } from "../../src/codex/turns.ts";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import { OurTurn, type TurnOptions } from "../rigs/our-turn.ts";
import { ask, TestPlace, transports } from "../rigs/place.ts";
import { until } from "../rigs/until.ts";

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

describe.each(transports)("over %s", (transport) => {
  let place: TestPlace;
  beforeAll(async () => {
    place = await TestPlace.open(model, transport);
  });
  afterAll(() => place.close());

  const start = (hold: ThreadHold, said: string | Step[], options?: TurnOptions) =>
    OurTurn.start(hold, place.clock, said, options);
  const startNew = async (said: string | Step[], options?: TurnOptions) =>
    start(await place.startThread(), said, options);
  /** A name that no other transport uses. */
  const named = (name: string) => `${name}-${transport}`;

  test("a plain message is our turn, told in numbered order, and its reply is the model's words [SHOW-1a TURN-9g]", async () => {
    const turn = await startNew("hello codex");
    expect(await turn.outcome).toMatchObject({
      status: "answered",
      text: expect.stringContaining("hello codex"),
    });
    expect(await turn.inbox.origin).toBe("ours");
    expect(turn.events.map((event) => event.seq)).toEqual(turn.events.map((_, at) => at + 1));
    expect(new Set(turn.events.map((event) => event.turnId))).toEqual(new Set([turn.id]));
    const milestones = new Set(["turn-started", "user-message", "message", "usage", "turn-ended"]);
    expect(turn.events.map((event) => event.type).filter((type) => milestones.has(type))).toEqual([
      ...milestones,
    ]);
    expect(turn.all("user-message")).toMatchObject([{ clientId: turn.clientId, text: "hello codex" }]);
  });

  test("a streamed reply comes in pieces and counts once [SHOW-1a]", async () => {
    const turn = await startNew([{ deltas: 30 }]);
    const outcome = await turn.outcome;
    const streamed = turn.all("text-delta").map((event) => event.text);
    expect(streamed.length).toBeGreaterThan(5);
    expect(turn.all("message").map((event) => event.text)).toEqual([streamed.join("")]);
    expect(outcome).toMatchObject({ status: "answered", text: streamed.join("").trim() });
  });

  test("of commentary and a final answer, the reply is the final answer [SHOW-1a TURN-9a]", async () => {
    const items: Step["items"] = [
      { say: "I look around", phase: "commentary" },
      { say: "It is done", phase: "final_answer" },
      { say: "by the way", phase: "commentary" },
    ];
    const turn = await startNew([{ items }]);
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "It is done" });
    expect(turn.all("message").map((event) => event.phase)).toEqual([
      "commentary",
      "final_answer",
      "commentary",
    ]);
  });

  test("a turn with only commentary replies with it, one without a word is empty", async () => {
    const commented = await startNew([{ items: [{ say: "hm", phase: "commentary" }] }]);
    expect(await commented.outcome).toMatchObject({ status: "answered", text: "hm" });
    const silent = await startNew([{ items: [{ reason: "nothing to say" }] }]);
    expect(await silent.outcome).toMatchObject({ status: "empty" });
    expect(silent.all("reasoning")).toMatchObject([{ text: "nothing to say" }]);
  });

  test("a tool call is told with the model's own command, and is no longer running afterwards [SHOW-1a]", async () => {
    const turn = await startNew([{ shell: "echo one; echo two" }, { text: "seen" }]);
    const started = await turn.event("tool-started");
    expect(started).toMatchObject({ tool: "command", title: "echo one; echo two" });
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "seen" });
    expect(turn.all("tool-completed")).toMatchObject([
      { itemId: started.itemId, status: "completed", item: { exitCode: 0 } },
    ]);
    expect(turn.inbox.running.size).toBe(0);
  });

  test("a patch within the folder is written without a question, its path told [SHOW-1a]", async () => {
    const file = named("patched.txt");
    const patch = `*** Begin Patch\n*** Add File: ${file}\n+hello\n*** End Patch`;
    const turn = await startNew([{ patch }, { text: "ok" }], { settings: { sandbox: "workspace-write" } });
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    expect(turn.requests).toEqual([]);
    expect(turn.all("tool-completed")).toMatchObject([
      { tool: "patch", status: "completed", title: join(place.home.workFolder, file) },
    ]);
    expect(readFileSync(join(place.home.workFolder, file), "utf8")).toBe("hello\n");
  });

  test.each([false, true])(
    "a new thread that may write in a git repository (network %s) writes the file, and nothing of the person's [TURN-8b]",
    async (network) => {
      const { codexHome, workFolder } = place.home;
      const cwd = join(workFolder, named(`repository-${network}`));
      execFileSync("git", ["init", "--quiet", cwd]);
      const before = readSettings(codexHome);
      const hold = await place.startThread({ cwd });
      const patch = "*** Begin Patch\n*** Add File: new.txt\n+hello\n*** End Patch";
      const settings = { sandbox: "workspace-write", approvalPolicy: "on-request" } as const;
      const steps: Step[] = [{ patch }, { shell: "echo more >> new.txt" }, { text: "ok" }];
      const turn = await start(hold, steps, { settings, network });
      expect(await turn.outcome).toMatchObject({ status: "answered", text: "ok" });
      expect(readFileSync(join(cwd, "new.txt"), "utf8")).toBe("hello\nmore\n");
      expect(hold.feed.inForce).toMatchObject({
        sandbox: "workspace-write",
        approvalPolicy: "on-request",
        cwd,
      });
      expect(readSettings(codexHome)).toEqual(before);
    },
  );

  test("a reply of one megabyte arrives whole [SHOW-1d]", async () => {
    const turn = await startNew([{ huge: 1_048_576 }]);
    const outcome = await turn.outcome;
    expect(outcome.status === "answered" && outcome.text.length).toBe(1_048_575);
  });

  test("a proposed plan is kept in the reply [SHOW-1a TURN-9c]", async () => {
    const hold = await place.startThread();
    const collaborationMode = { mode: "plan", settings: { model: "scripted" } };
    await ask(hold.client, "thread/settings/update", { threadId: hold.threadId, collaborationMode });
    const say = "Here it is.\n<proposed_plan>\n# First dig\n</proposed_plan>";
    const turn = await start(hold, [{ items: [{ say, phase: "final_answer" }] }]);
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "Here it is.\n\n# First dig" });
    expect(turn.all("plan")).toHaveLength(1);
  });

  test("usage is that of this turn alone, over all its model calls [SHOW-1a TURN-9f]", async () => {
    const hold = await place.startThread();
    const steps: Step[] = [
      { shell: "true", usage: { input: 100, cached: 10, output: 7, reasoning: 1 } },
      { text: "end", usage: { input: 200, cached: 20, output: 9, reasoning: 2 } },
    ];
    const usage = {
      inputTokens: 300,
      cachedInputTokens: 30,
      outputTokens: 16,
      reasoningOutputTokens: 3,
      totalTokens: 316,
    };
    expect(await (await start(hold, steps)).outcome).toMatchObject({ usage });
    expect(await (await start(hold, steps)).outcome).toMatchObject({ usage });
  });

  test("an image goes to the model; one that cannot be read is refused before anything is sent [SHOW-1a TURN-8c]", async () => {
    const image = join(place.home.workFolder, named("dot.png"));
    const pixel =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    writeFileSync(image, pixel, "base64");
    await checkInput({ text: "", images: [image] });
    const turn = await startNew("look at this", { images: [image] });
    await turn.outcome;
    const request = model.requests.findLast((each) => each.conversation === turn.hold.threadId);
    expect(JSON.stringify(request?.body.input)).toContain("data:image/png;base64,");
    await expect(checkInput({ text: "", images: [`${image}.gone`] })).rejects.toMatchObject({
      code: "image-unreadable",
    });
  });

  test("a stop right after turn/start ends the turn, though Codex refuses it before turn/started [SHOW-1e TURN-10a]", async () => {
    const turn = await startNew([{ text: "never", hold: named("young") }]);
    await turn.stop();
    expect(await turn.outcome).toMatchObject({ status: "interrupted" });
    const { turns } = await place.threads.readTurns(turn.hold.threadId, undefined, 5);
    expect(turns).toMatchObject([{ id: turn.id, status: "interrupted" }]);
  });

  test("a stop ends the command that runs, in front or behind, and leaves another turn's alone [TURN-10b]", async () => {
    const hold = await place.startThread();
    const sleepFor = (seconds: number) => `sleep ${seconds}.${process.pid}${transports.indexOf(transport)}`;
    const [other, behind, front] = [sleepFor(301), sleepFor(302), sleepFor(303)];
    const extra = { yield_time_ms: 250 };
    const first = await start(hold, [{ shell: other, extra }, { text: "left" }]);
    expect(await first.outcome).toMatchObject({ status: "answered", text: "left" });
    expect(hold.feed.hasRunningCommand).toBe(true);

    const second = await start(hold, [
      { shell: behind, extra },
      { shell: front, extra: { yield_time_ms: 30_000 } },
    ]);
    await until(() => isRunning(front));
    await second.stop();
    expect(await second.outcome).toMatchObject({ status: "interrupted" });
    await until(() => !isRunning(behind) && !isRunning(front));
    expect(isRunning(other)).toBe(true);

    const { threadId } = hold;
    const left = backgroundTerminals.parse(
      await ask(hold.client, "thread/backgroundTerminals/list", { threadId }),
    );
    expect(left.data.map((each) => each.itemId)).toEqual([...first.inbox.commandItems]);
    await ask(hold.client, "thread/backgroundTerminals/clean", { threadId });
  });

  test("a command that an earlier turn left running ends during the next, which hears nothing of it", async () => {
    const hold = await place.startThread();
    const first = await start(hold, [
      { shell: "sleep 300", extra: { yield_time_ms: 250 } },
      { text: "left" },
    ]);
    await first.outcome;
    const gate = named("late");
    const second = await start(hold, [{ text: "mine", hold: gate }]);
    await model.held(gate);
    await ask(hold.client, "thread/backgroundTerminals/clean", { threadId: hold.threadId });
    await until(() => !hold.feed.hasRunningCommand);
    model.release(gate);
    expect(await second.outcome).toMatchObject({ status: "answered", text: "mine" });
    expect([second.all("tool-output"), second.all("tool-completed")]).toEqual([[], []]);
  });

  test("words steered in join the running turn: one turn, one reply, both messages in the history [SHOW-1e TURN-10c]", async () => {
    const hold = await place.startThread();
    const turn = await start(hold, [{ text: "too early", hold: named("steer") }]);
    await model.held(named("steer"));
    await steerTurn(hold, turn.id, formatScript({ text: "both heard" }), "steered-in");
    model.release(named("steer"));
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "both heard" });
    const { turns } = await place.threads.readTurns(hold.threadId, undefined, 5);
    expect(turns).toHaveLength(1);
    const ids = turns[0]?.items.filter((item) => item.type === "userMessage").map((item) => item.clientId);
    expect(ids).toEqual([turn.clientId, "steered-in"]);
    await expect(steerTurn(hold, turn.id, "late", "late")).rejects.toMatchObject({ code: "no-turn-running" });
  });
});

/** `config.toml` and everything below `rules/`, by path. */
function readSettings(codexHome: string): Record<string, string> {
  const folder = join(codexHome, "rules");
  const rules = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  const paths = ["config.toml", ...rules.map((name) => join("rules", name))];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(codexHome, path), "utf8")]));
}

function isRunning(command: string): boolean {
  return execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
    .split("\n")
    .some((line) => line.trim() === command);
}
