// What the OpenClaw host itself has to say.
import { code, line, own } from "../../kit/blocks.ts";

export const openClawText = {
  /** These three are the host's to show or to log, as they are. */
  commandDescription: "Codex threads in this chat: /cx help",
  detachHint: "/cx detach",
  processedReason: "codex-threads",
  notHeld: own(
    "This chat was bound to Codex threads, but no thread is held here; it is free again. Write your message once more: it then goes to OpenClaw's own agent. `/cx new` and `/cx sessions` bind it to a thread.",
  ),
  requestEnded: own(
    "That request was replaced by a newer one, or has ended: nothing was bound by this button. The newest request still counts.",
  ),
  /** These two are details of an error, and shown in its words. */
  webChat: "OpenClaw's web chat cannot be handed to a plugin",
  noButtons: (channel: string) => `OpenClaw asks for your approval with buttons, and ${channel} shows none`,
  noOwner: (command: string) => line`nobody: on the gateway's machine ${code(command)} sets one`,
  codexServed: own(
    "works like /cx. Its price: while it does, OpenClaw does not recover a web chat's turn that a restart cut off, of any agent; the setting `codexCommand: off` gives that back",
  ),
  codexOffHere: own("`/codex` is switched off here by the setting codexCommand; `/cx` works the same."),
  notTyped: own("A command that was forwarded, or changed after it was sent, is not run. Type it."),
  codexOff: own("off by the setting codexCommand; /cx works"),
  codexTaken: own(
    "belongs to the plugin codex, as do its commands on nodes; ours is /cx. Shared with it: the program codex, and login and threads where both use one CODEX_HOME. A thread that one of them works on is busy for the other",
  ),
  sharedSession: own(
    "all direct chats share one (session.dmScope is main): a command waits until OpenClaw's own agent has answered there. `openclaw config set session.dmScope per-channel-peer` avoids that; buttons and /stop never wait",
  ),
  ownSessions: (scope: string) => line`one for each direct chat (session.dmScope is ${scope})`,
};
