import { expect, test } from "vitest";
import { parseCommandLine } from "../../../src/chat/command-line.ts";
import { readRunAnswer } from "../../../src/chat/run-answer.ts";
import { readAsked } from "../../../src/codex/questions.ts";

test.each([
  [`don't touch "a  b" --force`, {}, `don't touch "a  b" --force`],
  ["--name owl do it", { name: "owl" }, "do it"],
  [`--cwd "/a b" --name=owl two\n  lines`, { cwd: "/a b", name: "owl" }, "two\n  lines"],
  ["—name owl do it", { name: "owl" }, "do it"],
])(
  "the prompt of a run is taken as it is written, after its options: %j [RUN-7a]",
  (typed, options, prompt) => {
    const line = parseCommandLine(`run ${typed}`);
    if (line.status === "bad") throw line.error;
    expect(Object.fromEntries(line.options)).toEqual(options);
    expect(line.rest).toBe(prompt);
  },
);

test("an unknown option before the prompt is refused [RUN-7a]", () => {
  expect(parseCommandLine("run --nmae owl do it")).toMatchObject({ status: "bad" });
});

const ask = (token: string) => {
  const request = { id: 0, method: "item/fileChange/requestApproval", params: {} };
  const asked = readAsked(request);
  if (!asked) throw new Error("nobody is asked");
  return { token, request, asked };
};
const open = [ask("aaaa"), ask("bbbb")];

test.each([
  ["/cx yes", "aaaa", "yes", ""],
  ["/cx yes bbbb", "bbbb", "yes", ""],
  ["/CODEX no bbbb do it otherwise", "bbbb", "no", "do it otherwise"],
  ["/cx yes for the session", "aaaa", "session", ""],
  ["/cx answer bbbb cancel", "bbbb", "cancel", ""],
])("who is attached answers as in a chat: %s [RUN-6g]", (line, token, name, words) => {
  expect(readRunAnswer(line, open)).toMatchObject({ question: { token }, choice: { name }, words });
});

test.each(["yes", "/cxyes", "/cx status", "hello"])("%j is a line, not an answer [RUN-5e]", (line) => {
  expect(readRunAnswer(line, open)).toBeUndefined();
});

test("with nothing open every line is a line", () => {
  expect(readRunAnswer("/cx yes", [])).toBeUndefined();
});
