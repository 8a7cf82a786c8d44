// A program for tests: picks the server of a fresh CODEX_HOME in mode auto, and prints what it got. argv: codex, folder.
import { join } from "node:path";
import { buildServerContext } from "../../src/codex/build-server-context.ts";
import { PlaceServers } from "../../src/codex/place-servers.ts";
import { buildServerOpeners } from "../../src/codex/server-openers.ts";
import { parseSettings } from "../../src/config/parse-settings.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { silentLog } from "../../src/kit/log.ts";

const [, , codexBinary = "", folder = ""] = process.argv;
const context = buildServerContext({
  ...{ settings: parseSettings({ codexBinary }), env: { PATH: "/usr/bin:/bin", HOME: folder }, home: folder },
  ...{
    codexHome: join(folder, "codex"),
    clock: systemClock,
    log: silentLog,
    clientVersion: "0",
    idleCheck: [],
  },
});
const servers = new PlaceServers(context.place, "auto", buildServerOpeners(context));
// Nothing of ours keeps a process alive by itself.
const alive = setInterval(() => {}, 1_000);
const { kind } = await servers.pick();
const { note, ownNote } = servers.status();
await servers.close({ ownThreads: 0 });
clearInterval(alive);
process.stdout.write(JSON.stringify({ kind, note, ownNote }));
