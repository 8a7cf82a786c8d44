import { expect, test } from "vitest";
import { parseSettings } from "../../../src/config/parse-settings.ts";
import { BridgeError } from "../../../src/errors.ts";

const defaults = {
  server: "auto",
  passEnv: [],
  sandbox: "workspace-write",
  approvalPolicy: "on-request",
  network: false,
  maxQueued: 20,
  keepDays: 30,
  groupMessages: "mentioned",
  codexCommand: "auto",
  driverDays: 30,
  driverTurnsPerDay: 50,
  quietNoticeSeconds: 60,
  execArgs: [],
  execModels: { codex: "" },
  execBypass: false,
  nodeRoots: [],
  nodeSandbox: "workspace-write",
  nodeApprovalPolicy: "on-request",
  nodeNetwork: false,
  nodeExec: false,
};

function findProblem(input: unknown): string | undefined {
  try {
    parseSettings(input);
    return undefined;
  } catch (error) {
    if (error instanceof BridgeError && error.code === "settings-invalid")
      return String(error.details.problems);
    throw error;
  }
}

test("no settings are the safe defaults, and what is unset is absent", () => {
  expect(parseSettings({})).toEqual(defaults);
  expect(parseSettings(undefined)).toEqual(defaults);
  expect(Object.keys(parseSettings({}))).not.toContain("codexBinary");
});

test("what is given is kept", () => {
  const given = {
    codexBinary: "/opt/codex",
    codexHome: "/home/me/.codex",
    server: "stdio",
    passEnv: ["GITHUB_TOKEN"],
    folder: "/work",
    model: "m",
    effort: "high",
    sandbox: "read-only",
    approvalPolicy: "never",
    network: true,
    maxQueued: 1,
    keepDays: 7,
    quietNoticeSeconds: 5,
    turnLimitMinutes: 90,
    execArgs: ["--oss"],
    execModels: { fast: "gpt-mini" },
    execBypass: true,
  };
  expect(parseSettings(given)).toEqual({ ...defaults, ...given });
});

test.each([
  [{ sandbx: "read-only" }, "sandbx: there is no such setting; did you mean sandbox?"],
  [{ approvalpolicy: "never" }, "approvalpolicy: there is no such setting; did you mean approvalPolicy?"],
  [{ gatewayUrl: "x" }, "gatewayUrl: there is no such setting"],
  [{ codexBinary: "codex" }, "codexBinary: must be an absolute path"],
  [{ folder: "" }, "folder: must be an absolute path"],
  [{ model: "  " }, "model: must not be blank"],
  [{ network: "yes" }, "network: must be of type boolean"],
  [{ maxQueued: 2.5 }, "maxQueued: must be a whole number"],
  [{ maxQueued: 0 }, "maxQueued: must be at least 1"],
  [{ turnLimitMinutes: 1e9 }, "turnLimitMinutes: must be at most 10080"],
  [{ passEnv: ["A", "B=1"] }, "passEnv[1]: must be the name of an environment variable"],
  [{ server: "daemon" }, "server: must be one of auto, attach, socket, stdio, exec"],
  ["text", "settings: must be of type object"],
  [[], "settings: must be of type object"],
])("%j is refused, naming the place and what is expected", (input, problem) => {
  expect(findProblem(input)).toBe(problem);
});

test.each([
  ["approvalPolicy", "on-failure", "on-request"],
  ["approvalPolicy", "unless-trusted", "untrusted"],
  ["sandbox", "workspaceWrite", "workspace-write"],
  ["sandbox", "dangerFullAccess", "danger-full-access"],
])("S2-D14 the old word of %s, %s, is refused with today's", (name, old, today) => {
  expect(findProblem({ [name]: old })).toMatch(
    new RegExp(`^${name}: must be one of .*; instead of "${old}" write "${today}"$`),
  );
});

test("all problems are counted, the first three are told, values of others' making are not repeated", () => {
  const input = {
    network: "sk-secret",
    maxQueued: "sk-secret",
    server: "sk-secret",
    sandbox: "sk-secret",
    x: 1,
  };
  const problem = findProblem(input) ?? "";
  expect(problem.split("; ")).toHaveLength(3);
  expect(problem).not.toContain("secret");
  expect(() => parseSettings(input)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ count: 5 }) }),
  );
});

test.each(["__proto__", "constructor", "toString"])(
  "a setting named %s is unknown like any other",
  (name) => {
    expect(findProblem(JSON.parse(`{"${name}": 1}`))).toBe(`${name}: there is no such setting`);
  },
);
