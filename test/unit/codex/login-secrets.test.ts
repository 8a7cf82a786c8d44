import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildServerContext } from "../../../src/codex/build-server-context.ts";
import { findEnvSecrets, readKnownSecrets } from "../../../src/codex/login-secrets.ts";
import { systemClock } from "../../../src/kit/clock.ts";
import { silentLog } from "../../../src/kit/log.ts";

test("of an environment the values of secret-like names are known, and passwords in addresses [SHOW-3i]", () => {
  const env = {
    OPENAI_API_KEY: "plain words of a key",
    DB_PASS: "hunter2x",
    STRIPE_KEY: "a1b2c3d4e5",
    DATABASE_URL: "postgres://app:p%40ss-4711@db/main",
    HTTPS_PROXY: "http://jane:pr0xy-word@proxy:3128",
    GIT_AUTHOR_NAME: "Jane Doe the 2nd",
    SSH_AUTH_SOCK: "/run/user/1000/keyring/ssh",
    TOKEN_FILE: "/run/secrets/token1",
    XAUTHORITY: "/home/jane/.Xauthority",
    PATH: "/usr/bin:/bin",
    LANG: "C.UTF-8",
  };
  expect(findEnvSecrets(env)).toEqual([
    "plain words of a key",
    "hunter2x",
    "a1b2c3d4e5",
    "p%40ss-4711",
    "p@ss-4711",
    "pr0xy-word",
    "pr0xy-word",
  ]);
});

test("the login of a CODEX_HOME is known too [SHOW-3i]", () => {
  const home = mkdtempSync(join(tmpdir(), "login-secrets-"));
  writeFileSync(
    join(home, "auth.json"),
    JSON.stringify({ OPENAI_API_KEY: null, tokens: { access_token: "at-1" } }),
  );
  expect(readKnownSecrets({ GH_TOKEN: "gh-1" }, home)).toEqual(["gh-1", "at-1"]);
});

test("who builds servers hears the environment that they get, passEnv included [SHOW-3i]", async () => {
  const heard: Record<string, string>[] = [];
  const context = buildServerContext({
    settings: { passEnv: ["OUR_TOKEN"], nodeRoots: [] },
    env: { OUR_TOKEN: "only-in-ours-4711", HOME: tmpdir() },
    home: tmpdir(),
    codexHome: join(tmpdir(), "no-home"),
    clock: systemClock,
    log: silentLog,
    clientVersion: "1",
    idleCheck: [],
    onEnv: (env) => heard.push({ ...env }),
  });
  const env = await context.buildEnv(new AbortController().signal);
  expect(heard).toEqual([env]);
  expect(findEnvSecrets(heard[0] ?? {})).toContain("only-in-ours-4711");
});
