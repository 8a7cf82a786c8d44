// The log of the terminal host: a private file in the state directory, opened with the first line, capped at each start.
import { appendFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";

const longestLogBytes = 1024 * 1024;

/** Lines must be redacted already. */
export function buildLog(directory: string, clock: Clock): Log {
  const file = join(directory, "codex-threads.log");
  const write = (level: string, message: string) => {
    const line = `${new Date(clock.now()).toISOString()} ${level} ${message}\n`;
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > longestLogBytes)
        renameSync(file, `${file}.1`);
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      // A log that cannot be written must not stop the conversation.
    }
  };
  return {
    debug: () => {},
    info: (message) => write("info", message),
    warn: (message) => write("warn", message),
  };
}
