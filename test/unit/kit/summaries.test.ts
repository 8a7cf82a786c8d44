import { expect, test } from "vitest";
import { buildEnvSummary } from "../../../src/kit/env-summary.ts";
import { buildPathSummary } from "../../../src/kit/path-summary.ts";
import { isSecretName } from "../../../src/kit/secret-names.ts";

test("S2-82 SX-06 a path is told by its last part, depth and fingerprint, never printed", () => {
  const summary = buildPathSummary("/var/secrets/codex/auth.json");
  expect(summary).toEqual({
    present: true,
    absolute: true,
    basename: "auth.json",
    depth: 4,
    fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
    valuePrinted: false,
  });
  expect(JSON.stringify(summary)).not.toContain("secrets");
  expect(buildPathSummary("C:\\Users\\me\\x")).toMatchObject({ absolute: true, basename: "x", depth: 4 });
  expect(buildPathSummary("rel/dir/")).toMatchObject({ absolute: false, basename: "dir", depth: 2 });
  for (const none of [undefined, ""]) {
    expect(buildPathSummary(none)).toEqual({
      present: false,
      absolute: false,
      basename: "",
      depth: 0,
      fingerprint: undefined,
      valuePrinted: false,
    });
  }
});

test("S2-83 SX-06 an environment is told by counts and by which tracked names are set", () => {
  const env = { PATH: "/bin", HOME: "", OPENAI_API_KEY: "value-1", author: "value-2", GONE: undefined };
  const summary = buildEnvSummary(env, ["PATH", "HOME", "CODEX_HOME"]);
  expect(summary).toEqual({
    keyCount: 4,
    trackedKeys: { PATH: true, HOME: false, CODEX_HOME: false },
    secretLikeKeyCount: 2,
    valuesPrinted: false,
  });
  expect(JSON.stringify(summary)).not.toContain("value-");
});

test("S2-10 secret-like names, in any case", () => {
  const like = [
    "X_AUTH",
    "proxyAuthorization",
    "apikey",
    "API_KEY",
    "api-key",
    "GH_TOKEN",
    "dbPassword",
    "SECRET1",
    "credentials",
  ];
  const unlike = ["PATH", "CODEX_HOME", "KEYBOARD", "API", "HTTP_PROXY"];
  expect(like.filter((name) => !isSecretName(name))).toEqual([]);
  expect(unlike.filter(isSecretName)).toEqual([]);
});
