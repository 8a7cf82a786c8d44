// A process of its own: accepts messages into the store of directory argv[2] until that fails, then says how many were
// accepted and with which code it ended, and dies without closing.
import { toBridgeError } from "../../../src/errors.ts";
import { systemClock } from "../../../src/kit/clock.ts";
import { openStore } from "../../../src/store/open-store.ts";

const store = openStore({ directory: process.argv[2] ?? "", clock: systemClock });
let accepted = 0;
try {
  for (; accepted < 1000; accepted++) {
    const hostMessageId = `h${accepted}`;
    const route = { conversation: "c", bindingId: "b", actor: "ann", images: [] };
    store.messages.accept({ ...route, hostMessageId, clientId: hostMessageId, text: "x".repeat(3000) });
  }
} catch (thrown) {
  process.stdout.write(JSON.stringify({ accepted, code: toBridgeError(thrown).code }), () =>
    process.kill(process.pid, "SIGKILL"),
  );
}
