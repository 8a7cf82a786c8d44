// Leaving the control group of a service, with a fake systemd-run: there is no systemd where the tests run.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/kit/clock.ts";
import { startDetached } from "../../../src/process/detached.ts";
import { findServiceScope } from "../../../src/process/service-scope.ts";
import { makeScriptFolder, type ScriptFolder } from "../../rigs/script-folder.ts";
import { until } from "../../rigs/until.ts";

let folder: ScriptFolder;
beforeEach(() => {
  folder = makeScriptFolder();
});
afterEach(() => folder.remove());

/** As systemd-run does, it becomes the command after `--`. */
const joins = `#!/bin/sh
echo "$XDG_RUNTIME_DIR $*" >> "$0.log"
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
`;

const find = (env: Record<string, string>) =>
  findServiceScope({
    env: { PATH: `${folder.path}:/usr/bin:/bin`, XDG_RUNTIME_DIR: "/run/user/7", ...env },
    clock: systemClock,
    signal: new AbortController().signal,
  });

test("outside a service nothing is asked", async () => {
  folder.write("systemd-run", joins);
  expect(await find({})).toEqual({ type: "none", prefix: [], env: {} });
});

test("in a service whose user has a manager, a server is started through a scope and keeps its pid [GATE-11g]", async () => {
  const fake = folder.write("systemd-run", joins);
  const scope = await find({ INVOCATION_ID: "1" });
  expect(scope).toMatchObject({ type: "private" });
  const server = await startDetached({
    ...{ command: "/bin/sleep", args: ["300"], env: {}, cwd: "/", scope },
  });
  try {
    await until(() => readFileSync(`/proc/${server.pid}/cmdline`, "utf8").startsWith("/bin/sleep"));
    const [probe, started] = readFileSync(`${fake}.log`, "utf8").split("\n");
    expect(probe).toBe("/run/user/7 --user --scope --collect --quiet -- true");
    expect(started).toBe("/run/user/7 --user --scope --collect --quiet -- /bin/sleep 300");
  } finally {
    process.kill(server.pid, "SIGKILL");
  }
});

test("where no scope can be made it is said why, and the server is started plainly [GATE-11h]", async () => {
  expect(await find({ INVOCATION_ID: "1", PATH: folder.path })).toMatchObject({ type: "shared", prefix: [] });
  folder.write("systemd-run", "#!/bin/sh\necho 'Failed to connect to bus' >&2; exit 1\n");
  expect(await find({ INVOCATION_ID: "1" })).toMatchObject({
    ...{ type: "shared", why: "Failed to connect to bus", prefix: [] },
  });
});
