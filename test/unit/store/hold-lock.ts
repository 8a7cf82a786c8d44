// A process of its own: at the first line of stdin it tries to take the directory argv[2], says how that went,
// and keeps what it got until it is killed or stdin ends.
import { isBridgeError } from "../../../src/errors.ts";
import { systemClock } from "../../../src/kit/clock.ts";
import { lockStateDirectory } from "../../../src/store/state-lock.ts";

process.stdin.once("data", () => {
  try {
    const lock = lockStateDirectory(process.argv[2] ?? "", systemClock);
    process.stdin.once("end", () => lock.release());
    process.stdout.write("won\n");
  } catch (thrown) {
    process.stdout.write(`${isBridgeError(thrown) ? thrown.code : String(thrown)}\n`);
  }
});
process.stdout.write("ready\n");
