import { afterEach, expect, test } from "vitest";
import { initializeDeadlineMs } from "../../../src/codex/server-context.ts";
import { openStdioServer } from "../../../src/codex/stdio-server.ts";
import { silentLog } from "../../../src/kit/log.ts";
import type { ChildProcessHandle } from "../../../src/process/child.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";
import { makeScriptFolder, type ScriptFolder } from "../../rigs/script-folder.ts";

const opened: ScriptFolder[] = [];
afterEach(() => {
  for (const folder of opened.splice(0)) folder.remove();
});

/** A codex whose app-server is this shell script. */
function openWith(script: string, signal = new AbortController().signal) {
  const folder = makeScriptFolder();
  opened.push(folder);
  const path = folder.write("codex", `#!/bin/sh\n${script}\n`);
  const clock = new FakeClock();
  const { promise: child, resolve } = Promise.withResolvers<ChildProcessHandle>();
  const connecting = openStdioServer(
    {
      codexHome: folder.path,
      clock,
      log: silentLog,
      clientVersion: "1.0.0",
      findCodex: async () => ({ path, version: "0.169.0", source: "setting" }),
      buildEnv: async () => ({ PATH: process.env.PATH ?? "" }),
      onChild: resolve,
    },
    signal,
  );
  return { clock, connecting, child };
}

test("a server that has not answered initialize gets the end of its input and no signal, when the time is up and when nobody waits any more [SRV-5h]", async () => {
  const script = "trap 'exit 3' TERM INT HUP; echo up >&2; cat > /dev/null; exit 42";
  const aborted = new AbortController();
  for (const giveUp of ["time", "abort"]) {
    const { clock, connecting, child } = openWith(script, aborted.signal);
    const refused = expect(connecting).rejects.toMatchObject({ name: "BridgeError" });
    const { exited } = await child;
    if (giveUp === "time") await clock.advance(initializeDeadlineMs);
    else aborted.abort();
    await refused;
    expect(await exited).toMatchObject({ code: 42, signal: null });
  }
});

test("one that ends because another process is back-filling says so [SRV-5h]", async () => {
  const words = "Error: state db backfill is running in another process; waiting up to 30s";
  const { connecting } = openWith(`echo '${words}' >&2; exit 1`);
  await expect(connecting).rejects.toMatchObject({ code: "server-backfilling" });
});
