import { expect, test } from "vitest";
import { buildOutputItems, type OutputItem } from "../../../src/demo/output-items.ts";
import type { Step } from "../../../src/demo/script.ts";

const tool = (name: string, type = "function") => ({ type, name });
const build = (step: Step, ...tools: object[]) => buildOutputItems(step, tools).map(({ item }) => item);
const argumentsOf = (item: OutputItem | undefined) => JSON.parse(String(item?.arguments));

test.each([
  ["exec_command", { cmd: "ls", yield_time_ms: 5 }],
  ["shell_command", { command: "ls", yield_time_ms: 5 }],
  ["shell", { command: ["bash", "-lc", "ls"], yield_time_ms: 5 }],
])("a shell step calls %s when that is offered", (name, expected) => {
  const [item] = build({ shell: "ls", extra: { yield_time_ms: 5 } }, tool(name));
  expect(item).toMatchObject({ type: "function_call", name });
  expect(argumentsOf(item)).toEqual(expected);
});

test("a patch step takes the custom tool, else the function, else the shell", () => {
  expect(build({ patch: "P" }, tool("apply_patch", "custom"))[0]).toMatchObject({
    type: "custom_tool_call",
    input: "P",
  });
  expect(argumentsOf(build({ patch: "P" }, tool("apply_patch"))[0])).toEqual({ input: "P" });
  expect(argumentsOf(build({ patch: "P" }, tool("exec_command"))[0]).cmd).toMatch(
    /^apply_patch <<'(\w+)'\nP\n\1$/,
  );
});

test("a tool inside a namespace counts as offered", () => {
  const inner = { type: "namespace", name: "shells", tools: [tool("exec_command")] };
  expect(build({ shell: "ls" }, inner)[0]).toMatchObject({ name: "exec_command" });
});

test("a call keeps its namespace and arguments", () => {
  const [item] = build({ call: "wipe", namespace: "mcp__x", args: { path: "/x" } });
  expect(item).toMatchObject({ type: "function_call", name: "wipe", namespace: "mcp__x" });
  expect(argumentsOf(item)).toEqual({ path: "/x" });
});

test("sizes are exact: deltas times size, and bytes of a huge message", () => {
  const [many] = buildOutputItems({ deltas: 7, size: 12 }, []);
  expect(many?.deltas).toBe(7);
  expect(JSON.stringify(many?.item.content)).toContain(`"${"word ".repeat(3).slice(0, 12).repeat(7)}"`);
  const [huge] = buildOutputItems({ huge: 2050 }, []);
  expect(huge?.deltas).toBe(3);
  const content = huge?.item.content as [{ text: string }];
  expect(Buffer.byteLength(content[0].text)).toBe(2050);
});

test("items come in their order, raw ones untouched, with ids that never repeat", () => {
  const step: Step = {
    items: [
      { reason: "why" },
      { say: "a", phase: "commentary" },
      { raw: { type: "web_search_call", id: "ws" } },
    ],
  };
  const items = build(step);
  expect(items.map((item) => item.type)).toEqual(["reasoning", "message", "web_search_call"]);
  expect(items[1]).toMatchObject({ phase: "commentary" });
  expect(items[2]).toEqual({ type: "web_search_call", id: "ws" });
  expect(build(step)[1]?.id).not.toBe(items[1]?.id);
});
