// The terminal host as a process in which something dies at a named point of a message's life:
// `dying-host.ts POINT chat-args…` kills the host itself, `dying-host.ts server@POINT …` kills its private app-server.
// "-" kills nothing.
import { execFileSync } from "node:child_process";
import { runCli } from "../../src/hosts/terminal/cli.ts";

const [victim = "-", ...args] = process.argv.slice(2);
const [what, at] = victim.includes("@") ? victim.split("@") : ["host", victim];
let isDone = false;

process.exitCode = await runCli(args, {
  onPoint: (reached) => {
    if (reached !== at || isDone) return;
    isDone = true;
    process.kill(what === "server" ? findServer() : process.pid, "SIGKILL");
  },
});

function findServer(): number {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  const line = lines.find((each) => each.includes(`app-server --listen unix://${process.env.HOME}/`));
  return Number.parseInt(line?.trim() ?? "", 10);
}
