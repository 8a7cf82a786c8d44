import { expect, test } from "vitest";
import { parseChatArgs } from "../../../src/hosts/terminal/chat-args.ts";

const parse = (...argv: string[]) => parseChatArgs(argv, "/work", "/home/me");

test("without options: the conversation main, in the folder where it was started, nothing chosen", () => {
  expect(parse()).toEqual({ conversation: "main", cwd: "/work", demo: false, help: false });
});

test("every option is taken; folders become absolute, and ~ is the home [TERM-17g]", () => {
  const args = ["--conversation", "two", "--codex-home", "ch", "--cwd=~/x", "--state-dir", "../s"];
  expect(parse(...args, "--server", "stdio", "--demo")).toEqual({
    conversation: "two",
    codexHome: "/work/ch",
    cwd: "/home/me/x",
    stateDirectory: "/s",
    server: "stdio",
    demo: true,
    help: false,
  });
  expect(parse("-h").help).toBe(true);
});

test.each([
  [["--conversation"], "--conversation wants a value"],
  [["--conversation", "--demo"], "--conversation wants a value"],
  [["--cwd= "], "--cwd wants a value"],
  [["--demo=yes"], "--demo takes no value"],
  [["hello"], "`chat` takes no `hello`"],
  [["--stat-dir", "x"], "there is no option `--stat-dir`; did you mean `--state-dir`?"],
  [["--server", "always"], "--server wants one of auto, attach, socket, stdio, not `always`"],
])("%j is refused in words", (argv, problem) => {
  expect(() => parse(...argv)).toThrow(expect.objectContaining({ code: "bad-arguments", message: problem }));
});
