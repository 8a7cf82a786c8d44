// Which server reads threads and lists where turns run by `codex exec`: a child, gone with us.
import type { Settings } from "./settings.ts";

export function readServerMode({ server }: Pick<Settings, "server">): Exclude<Settings["server"], "exec"> {
  return server === "exec" ? "stdio" : server;
}
