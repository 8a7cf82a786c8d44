// Questions of our own turns on the real Codex: what we read of them, and what each answer does.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildFieldsAnswer } from "../../src/codex/question-fields.ts";
import type { ChoiceName } from "../../src/codex/questions.ts";
import { threadOpened } from "../../src/codex/schemas.ts";
import type { ThreadHold } from "../../src/codex/threads.ts";
import type { Step } from "../../src/demo/script.ts";
import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import type { BareClient } from "../rigs/bare-client.ts";
import { at } from "../rigs/json-path.ts";
import { OurTurn } from "../rigs/our-turn.ts";
import { sharedTransports, TestPlace, transports } from "../rigs/place.ts";

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

const script = fileURLToPath(new URL("../rigs/mcp-elicit.ts", import.meta.url));
const homeOptions = {
  features: "default_mode_request_user_input = true\nrequest_permissions_tool = true",
  tables: `[mcp_servers.elicit]\ncommand = ${JSON.stringify(process.execPath)}\nargs = [${JSON.stringify(script)}]`,
};
const ok: Step = { text: "ok" };
const escalate = (command: string): Step => ({
  shell: command,
  extra: { sandbox_permissions: "require_escalated", justification: "to see" },
});
const patch = (file: string): Step => ({
  patch: `*** Begin Patch\n*** Add File: ${file}\n+hello\n*** End Patch`,
});

/** What the model was told of its last tool call in this thread. */
function lastToolOutput(hold: ThreadHold): string {
  const request = model.requests.findLast((each) => each.conversation === hold.threadId);
  const input = request?.body.input as Record<string, unknown>[];
  return JSON.stringify(input.findLast((item) => String(item.type).endsWith("_output"))?.output);
}

describe.each(transports)("over %s", (transport) => {
  let place: TestPlace;
  beforeAll(async () => {
    place = await TestPlace.open(model, transport, homeOptions);
  });
  afterAll(() => place.close());
  const start = (hold: ThreadHold, ...steps: Step[]) => OurTurn.start(hold, place.clock, steps);
  const startNew = async (...steps: Step[]) => start(await place.startThread(), ...steps);
  const isThere = (file: string) => existsSync(join(place.home.workFolder, file));

  test("a command is asked with its choices; yes runs it once, and it is asked again [SHOW-1b TURN-11b]", async () => {
    const hold = await place.startThread();
    const turn = await start(hold, escalate("touch yes"), ok);
    const { asked, request } = await turn.question();
    expect(request.params).toMatchObject({ turnId: turn.id, cwd: place.home.workFolder, reason: "to see" });
    expect(asked.kind).toBe("command");
    expect(asked.choices.map(({ name, ownerOnly, rule }) => [name, ownerOnly, rule])).toEqual([
      ["yes", false, undefined],
      ["no", false, undefined],
      ["cancel", false, undefined],
      ["always", true, "touch yes"],
    ]);
    await turn.choose("yes");
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "ok" });
    expect(isThere("yes")).toBe(true);
    const again = await start(hold, escalate("touch yes"), ok);
    await again.choose("no");
    expect(await again.outcome).toMatchObject({ status: "answered" });
  });

  test("no to a command: it does not run, the model learns it, the turn goes on [SHOW-1b]", async () => {
    const turn = await startNew(escalate("touch no"), ok);
    await turn.choose("no");
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "ok" });
    expect(turn.all("tool-completed")).toMatchObject([{ tool: "command", status: "declined" }]);
    expect([isThere("no"), lastToolOutput(turn.hold)]).toEqual([
      false,
      expect.stringContaining("rejected by user"),
    ]);
  });

  test("cancel ends the turn", async () => {
    const turn = await startNew(escalate("touch cancelled"), ok);
    await turn.choose("cancel");
    expect(await turn.outcome).toMatchObject({ status: "interrupted" });
    expect(isThere("cancelled")).toBe(false);
  });

  test("always writes a rule that holds for other threads too", async () => {
    const turn = await startNew(escalate(`touch always-${transport}`), ok);
    await turn.choose("always");
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    expect(readFileSync(join(place.home.codexHome, "rules", "default.rules"), "utf8")).toContain(
      `always-${transport}`,
    );
    const other = await startNew(escalate(`touch always-${transport}`), ok);
    expect(await other.outcome).toMatchObject({ status: "answered" });
    expect(other.requests).toEqual([]);
  });

  test("a file change is asked while its content can be shown; for the session holds for that file [SHOW-1b TURN-11c]", async () => {
    const hold = await place.startThread();
    const turn = await start(hold, patch("made.txt"), ok);
    const { asked, request } = await turn.question();
    expect(asked.kind).toBe("file-change");
    expect(asked.choices.map((choice) => choice.name)).toEqual(["yes", "session", "no", "cancel"]);
    const path = join(place.home.workFolder, "made.txt");
    expect(turn.inbox.running.get(String(request.params.itemId))).toMatchObject({
      title: path,
      item: { changes: [{ path, kind: { type: "add" }, diff: "hello\n" }] },
    });
    await turn.choose("session");
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    expect(readFileSync(path, "utf8")).toBe("hello\n");
    const other = await start(hold, patch("other.txt"), ok);
    await other.choose("no");
    expect(await other.outcome).toMatchObject({ status: "answered" });
    expect(isThere("other.txt")).toBe(false);
  });

  test("permissions are granted for the turn, or refused [SHOW-1b TURN-11d]", async () => {
    const hold = await place.startThread();
    const args = { reason: "to fetch", permissions: { network: { enabled: true } } };
    const turn = await start(hold, { call: "request_permissions", args }, ok);
    const { asked } = await turn.question();
    expect([asked.kind, asked.choices.map((choice) => choice.name)]).toEqual([
      "permissions",
      ["yes", "session", "no"],
    ]);
    await turn.choose("yes");
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    expect(lastToolOutput(hold)).toContain(String.raw`\"enabled\":true`);
    const refused = await start(hold, { call: "request_permissions", args }, ok);
    await refused.choose("no");
    expect(await refused.outcome).toMatchObject({ status: "answered" });
    expect(lastToolOutput(hold)).toContain(String.raw`\"network\":null`);
  });

  test("questions are answered by number, by name and with other words [SHOW-1b TURN-11d]", async () => {
    const options = ["Red", "Blue"].map((label) => ({ label, description: "a colour" }));
    const questions = ["first", "second", "third"].map((id) => ({
      id,
      header: id,
      question: "Which?",
      options,
    }));
    const turn = await startNew({ call: "request_user_input", args: { questions } }, ok);
    const { asked, request } = await turn.question();
    expect(asked).toMatchObject({ kind: "user-input", choices: [] });
    turn.answer(request, buildFieldsAnswer("user-input", asked.fields, "2\nred\na light green"));
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    const answers = { first: ["Blue"], second: ["Red"], third: ["a light green"] };
    const told = JSON.parse(JSON.parse(lastToolOutput(turn.hold))) as unknown;
    const heard = Object.keys(answers).map((id) => [id, at(told, "answers", id, "answers")]);
    expect(Object.fromEntries(heard)).toEqual(answers);
  });

  test("an MCP tool is asked by name; a yes for the session holds for the thread [TURN-11d]", async () => {
    const hold = await place.startThread();
    const wipe = (path: string): Step => ({ call: "wipe", namespace: "mcp__elicit", args: { path } });
    const turn = await start(hold, wipe("/x"), ok);
    const { asked } = await turn.question();
    expect(asked.kind).toBe("mcp-tool");
    expect(asked.choices.map((choice) => [choice.name, choice.rule])).toEqual([
      ["yes", undefined],
      ["session", undefined],
      ["always", "wipe"],
      ["no", undefined],
      ["cancel", undefined],
    ]);
    await turn.choose("session");
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    const again = await start(hold, wipe("/y"), ok);
    expect(await again.outcome).toMatchObject({ status: "answered" });
    expect(again.requests).toEqual([]);
    const other = await startNew(wipe("/x"), ok);
    await other.choose("no");
    expect(await other.outcome).toMatchObject({ status: "answered" });
    expect(other.all("tool-completed")).toMatchObject([
      { tool: "mcp", status: "failed", title: "elicit.wipe" },
    ]);
  });

  test("a form is filled field by field, as its types want them [TURN-11d]", async () => {
    const turn = await startNew({ call: "ask_form", namespace: "mcp__elicit" }, ok);
    const { asked, request } = await turn.question();
    expect(asked.choices.map((choice) => choice.name)).toEqual(["no", "cancel"]);
    const words: Record<string, string> = {
      branch: "main",
      channels: "beta, stable",
      confirm: "yes",
      count: "3",
      level: "-",
    };
    const lines = asked.fields.map((field) => words[field.id]).join("\n");
    turn.answer(request, buildFieldsAnswer("elicitation", asked.fields, lines));
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    const content = { branch: "main", channels: ["beta", "stable"], confirm: true, count: 3 };
    const told = lastToolOutput(turn.hold).replaceAll("\\", "");
    expect(told).toContain(JSON.stringify(content).slice(1, -1));
  });

  test("a link can be agreed to or declined", async () => {
    const turn = await startNew({ call: "ask_url", namespace: "mcp__elicit" }, ok);
    const { asked } = await turn.question();
    expect([asked.kind, asked.choices.map((choice) => choice.name)]).toEqual([
      "elicitation",
      ["yes", "no", "cancel"],
    ]);
    await turn.choose("yes");
    expect(await turn.outcome).toMatchObject({ status: "answered" });
    expect(lastToolOutput(turn.hold)).toContain("accept");
  });

  test("a request that nobody knows is refused as an unknown method, and the turn goes on to its end [TURN-11i]", async () => {
    const client = await place.servers.pick();
    const inputSchema = { type: "object", properties: {} };
    const dynamicTools = [{ type: "function", name: "lookup", description: "Looks up", inputSchema }];
    const params = { cwd: place.home.workFolder, dynamicTools };
    const { thread } = await client.request("thread/start", params, threadOpened);
    // Not by `hold`: a loaded thread without a turn cannot be resumed (0.169.0).
    const hold = { threadId: thread.id, client, feed: client.feed(thread.id), release: () => {} };
    const turn = await start(hold, { call: "lookup" }, ok);
    client.refuse(hold.feed, await turn.request());
    expect(await turn.outcome).toMatchObject({ status: "answered", text: "ok" });
    expect(lastToolOutput(hold)).toContain("dynamic tool request failed");
    expect(hold.feed.openRequests).toEqual([]);
  });

  test("a stop while a question is open ends the turn and the question", async () => {
    const turn = await startNew(escalate("touch stopped"), ok);
    const { request } = await turn.question();
    await turn.stop();
    expect(await turn.outcome).toMatchObject({ status: "interrupted" });
    turn.answer(request, { decision: "accept" });
    const next = await start(turn.hold, ok);
    expect(await next.outcome).toMatchObject({ status: "answered" });
    expect([isThere("stopped"), turn.hold.feed.openRequests]).toEqual([false, []]);
  });
});

describe.each(sharedTransports)("with a second client over %s", (transport) => {
  let place: TestPlace;
  let terminal: BareClient;
  beforeAll(async () => {
    place = await TestPlace.open(model, transport, homeOptions);
    terminal = await place.joinServer();
  });
  afterAll(() => place.close());

  test.each(["accept", "decline"] as const)(
    "its %s resolves our question, and our late answer changes nothing [SHOW-1b TURN-11g]",
    async (decision) => {
      const hold = await place.startThread();
      const step: Step = escalate(`touch ${decision}`);
      const first = await OurTurn.start(hold, place.clock, [ok]);
      await first.outcome;
      await terminal.request("thread/resume", { threadId: hold.threadId, excludeTurns: true });
      const turn = await OurTurn.start(hold, place.clock, [
        step,
        { text: "ok", hold: `late-${transport}-${decision}` },
      ]);
      const { request } = await turn.question();
      const seen = await terminal.waitFor(
        (message) => message.params.turnId === turn.id && message.id !== undefined,
      );
      expect(seen.id).toBe(request.id);
      terminal.answer(seen, { decision });
      expect(await turn.event("question-resolved")).toMatchObject({ requestId: request.id });
      expect(hold.feed.openRequests).toEqual([]);
      const late: ChoiceName = decision === "accept" ? "no" : "yes";
      await turn.choose(late);
      model.release(`late-${transport}-${decision}`);
      expect(await turn.outcome).toMatchObject({ status: "answered" });
      expect(existsSync(join(place.home.workFolder, decision))).toBe(decision === "accept");
    },
  );
});
