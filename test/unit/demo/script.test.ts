import { expect, test } from "vitest";
import { findStep, formatScript, parseScript } from "../../../src/demo/script.ts";

const user = (text: string) => ({ type: "message", role: "user", content: [{ type: "input_text", text }] });
const assistant = (text: string) => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text }],
});
const call = { type: "function_call", name: "exec_command", call_id: "c1", arguments: "{}" };
const callOutput = { type: "function_call_output", call_id: "c1", output: "" };
const script = formatScript({ text: "one" }, { text: "two" }, { text: "three" });

test("a script ends at its own bracket, whatever brackets its strings and the rest hold", () => {
  const steps = [{ text: 'a ] [ "quoted" \\ ]' }, { shell: "test [ -f x ]" }];
  expect(parseScript(`please SCRIPT${JSON.stringify(steps)} and ] more`)).toEqual(steps);
});

test("a text without the marker is no script", () => {
  expect(parseScript("a [script] of SCRIPT")).toBeUndefined();
});

test.each(["SCRIPT[{]", "SCRIPT[]", 'SCRIPT[{"txet":"x"}]', "SCRIPT[{", "SCRIPT[1]"])(
  "%s: the reply says what is wrong with it",
  (text) => {
    expect(parseScript(text)).toEqual([{ text: expect.stringMatching(/^The script cannot be read: ./) }]);
  },
);

test("the first request gets the first step", () => {
  expect(findStep([user("# AGENTS.md rules"), user(script)])).toMatchObject({
    index: 0,
    step: { text: "one" },
  });
});

test("each reply moves one step on, however many items it has", () => {
  const reasoning = { type: "reasoning", summary: [] };
  const replyOfThree = [reasoning, assistant("first"), call, callOutput];
  const custom = { type: "custom_tool_call", call_id: "c2" };
  const input = [user(script), ...replyOfThree, custom, { type: "custom_tool_call_output" }];
  expect(findStep(input)).toMatchObject({ index: 2, step: { text: "three" } });
});

test("replies before the message do not count, and the last script wins", () => {
  const input = [user(formatScript({ text: "old" })), assistant("old"), user(script), call, callOutput];
  expect(findStep(input)).toMatchObject({ index: 1, step: { text: "two" } });
});

test("a later message without a script goes on in the last one", () => {
  expect(findStep([user(script), assistant("one"), user("go on")])).toMatchObject({ step: { text: "two" } });
});

test("a script that has ended says so, and plain messages after it get the canned reply", () => {
  const ended = [user(formatScript({ text: "one" })), call, callOutput];
  expect(findStep(ended).step).toEqual({ text: "The script has ended." });
  const after = findStep([...ended, user("hello there")]);
  expect(after.step.items).toEqual([
    expect.objectContaining({ say: expect.stringContaining("hello there") }),
  ]);
});

test("without a script the reply says what it is, repeats the first words and names the way to real replies", () => {
  const words = `please fix ${"word ".repeat(40)}end`;
  const { step, index } = findStep([user(words), user("<environment_context>x</environment_context>")]);
  expect(index).toBeUndefined();
  const say = JSON.stringify(step.items);
  expect(say).toContain("scripted demo model");
  expect(say).toContain("please fix word");
  expect(say).not.toContain("end”");
  expect(say).toContain("`codex login`");
});

test("an image without words is a message too", () => {
  const image = { role: "user", content: [{ type: "input_image", image_url: "data:" }] };
  expect(findStep([image]).step.items?.[0]).toMatchObject({ phase: "final_answer" });
});
