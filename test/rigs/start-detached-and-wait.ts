// A program for tests: starts a detached process that says its pid in a log, prints its identity, and never ends.
import { startDetached } from "../../src/process/detached.ts";

const [, , logFile = ""] = process.argv;
const identity = await startDetached({
  command: "/bin/sh",
  args: ["-c", "echo started $$; echo to stderr >&2; exec sleep 300"],
  env: { PATH: "/usr/bin:/bin" },
  cwd: "/",
  logFile,
});
process.stdout.write(JSON.stringify(identity));
setInterval(() => {}, 1_000_000);
