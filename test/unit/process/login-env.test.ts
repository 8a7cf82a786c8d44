import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/kit/clock.ts";
import { buildServerEnv, readLoginEnv } from "../../../src/process/login-env.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { makeScriptFolder, type ScriptFolder } from "../../rigs/script-folder.ts";
import { until } from "../../rigs/until.ts";

const secrets = {
  OPENAI_API_KEY: "sk-secret",
  OPENCLAW_GATEWAY_TOKEN: "gw-secret",
  TELEGRAM_BOT_TOKEN: "1:secret",
};
let home: ScriptFolder;
beforeEach(() => {
  home = makeScriptFolder();
});
afterEach(() => home.remove());

const ownEnv = () => ({ PATH: "/own/bin:/usr/bin:/bin", HOME: home.path, LANG: "C.UTF-8", ...secrets });
const readLogin = (profile: string, clock = systemClock) => {
  home.write(".profile", profile, 0o644);
  return readLoginEnv({ env: ownEnv(), clock, shell: "/bin/sh" });
};

test("S2-D18 what the profile exports is there, what our process has is not [SRV-4e SRV-4g]", async () => {
  const { env, source } = await readLogin(
    "export FROM_PROFILE='two\nlines = kept' PATH=/profile/bin:$PATH; NOT_EXPORTED=1",
  );
  expect(source).toBe("login-shell");
  expect(env).toMatchObject({
    FROM_PROFILE: "two\nlines = kept",
    HOME: home.path,
    SHELL: "/bin/sh",
    TERM: "dumb",
  });
  expect(env.PATH).toMatch(/^\/profile\/bin:/);
  expect(JSON.stringify(env)).not.toMatch(/secret|\/own\/bin/);
  for (const name of ["NOT_EXPORTED", "PWD", ...Object.keys(secrets)]) expect(env).not.toHaveProperty(name);
});

test("a profile may print what it likes, on both streams, before and after [SRV-4e]", async () => {
  const { env, source } = await readLogin(
    "echo HELLO=1; printf 'A=1\\0B=2\\0'; echo noise >&2; export GOOD=yes; trap 'echo bye; printf C=3' EXIT",
  );
  expect(source).toBe("login-shell");
  expect(env.GOOD).toBe("yes");
  for (const name of ["A", "B", "C", "HELLO"]) expect(env).not.toHaveProperty(name);
});

test("a profile that reads its input gets the end of it", async () => {
  expect((await readLogin("read -r answer; export READ=done")).env.READ).toBe("done");
});

test("a profile that ends the shell: a plain list of our names, no secrets, and a note why [SRV-4e]", async () => {
  const { env, source, note } = await readLogin("exit 1");
  expect(source).toBe("plain-list");
  expect(note).toContain("ended with 1");
  expect(env).toEqual({ PATH: "/own/bin:/usr/bin:/bin", HOME: home.path, LANG: "C.UTF-8" });
});

test("a profile that hangs is killed with what it started after five seconds [SRV-4e]", async () => {
  const clock = new FakeClock();
  const mark = join(home.path, "hangs");
  const reading = readLogin(`trap '' TERM; : > ${mark}; sleep 300`, clock);
  await until(() => existsSync(mark));
  await clock.advance(4999);
  const undecided = Symbol("undecided");
  expect(await Promise.race([reading, Promise.resolve(undecided)])).toBe(undecided);
  // TERM at five seconds, KILL right after, for a profile that ignores it.
  await clock.advance(1);
  expect(await reading).toMatchObject({ source: "plain-list", note: expect.stringContaining("within 5 s") });
});

test("a shell that cannot be started is said", async () => {
  const { source, note } = await readLoginEnv({ env: ownEnv(), clock: systemClock, shell: "/nowhere/zsh" });
  expect({ source, note }).toEqual({
    source: "plain-list",
    note: "the login shell /nowhere/zsh cannot be started",
  });
});

test("an abort while the shell runs is an abort, not a plain list", async () => {
  const stop = new AbortController();
  const mark = join(home.path, "runs");
  home.write(".profile", `: > ${mark}; sleep 300`, 0o644);
  const reading = readLoginEnv({ env: ownEnv(), clock: systemClock, shell: "/bin/sh", signal: stop.signal });
  await Promise.all([
    expect(reading).rejects.toMatchObject({ code: "cancelled" }),
    until(() => existsSync(mark)).then(() => stop.abort()),
  ]);
});

test("the plain list holds what a program needs on Windows, and proxies only without a password", async () => {
  const env = {
    Path: "C:\\bin",
    SystemRoot: "C:\\Windows",
    LC_TIME: "de_DE",
    XDG_RUNTIME_DIR: "/run/user/1",
    https_proxy: "http://proxy:3128",
    HTTP_PROXY: "http://me:secret@proxy:3128",
    AWS_SECRET_ACCESS_KEY: "secret",
    NODE_OPTIONS: "--require x",
    ...secrets,
  };
  const login = await readLoginEnv({ env, clock: systemClock, platform: "win32" });
  expect(login).toEqual({
    source: "plain-list",
    env: {
      Path: "C:\\bin",
      SystemRoot: "C:\\Windows",
      LC_TIME: "de_DE",
      XDG_RUNTIME_DIR: "/run/user/1",
      https_proxy: "http://proxy:3128",
    },
  });
});

test("a server gets the login environment, the passed names and our CODEX_HOME, and nothing of the host [SRV-4f SRV-4g]", () => {
  const env = buildServerEnv({
    login: { PATH: "/bin", OPENCLAW_STATE_DIR: "/s", CODEX_THREADS_STATE_DIR: "/t", CODEX_HOME: "/other" },
    passEnv: ["GITHUB_TOKEN", "OPENCLAW_GATEWAY_TOKEN", "CODEX_HOME", "ABSENT"],
    codexHome: "/place",
    ownEnv: { GITHUB_TOKEN: "gh", CODEX_HOME: "/own", ...secrets },
  });
  expect(env).toEqual({
    PATH: "/bin",
    GITHUB_TOKEN: "gh",
    OPENCLAW_GATEWAY_TOKEN: "gw-secret",
    CODEX_HOME: "/place",
  });
});
