// Words for nodes: which one is meant, whether it may be used, and what it refuses.
import { line, own } from "../../kit/blocks.ts";
import type { ErrorWords } from "./error-entry.ts";
import { asCode, asName, asPath, part, rows, words } from "./error-entry.ts";

export const nodeWords = {
  "node-unknown": words(
    (d) =>
      line`There is no host ${asName(d.host) ?? own("of that name")} here${part("; connected: ", d.connected)}.`,
    "Leave `--host` out for the gateway's machine, or name a node that `openclaw nodes list` shows.",
  ),
  "node-ambiguous": words(
    (d) => line`Several nodes are called ${asName(d.host) ?? own("that")}${rows(d.candidates)}`,
    "Name the one you mean by its id: `--host <id>`.",
  ),
  "node-offline": words(
    (d) => line`The node${part(" ", d.host)} is not connected to the gateway now.`,
    "Start it there with `openclaw node run`; after a restart of the gateway it comes back by itself within about 30 seconds.",
  ),
  "node-not-allowed": words(
    (d) =>
      d.reason === "not-offered"
        ? line`The node${part(" ", d.host)} does not offer ${asCode(d.command) ?? own("the command")}.`
        : line`The gateway does not allow ${asCode(d.command) ?? own("the command")} on the node${part(" ", d.host)}.`,
    "Add the command to `gateway.nodes.commands.allow`, reconnect the node, then `openclaw nodes pending` and `openclaw nodes approve <requestId>`; on the node this plugin must be enabled.",
  ),
  "node-version": words(
    (d) =>
      line`The node${part(" ", d.host)} has another version of this plugin${part(" (", d.theirs, ")")} that this one cannot talk to${part(" (", d.ours, ")")}.`,
    "Bring the plugin to the same version on the gateway and on the node.",
  ),
  "node-refused": words(
    (d) => line`The node does not do that for a gateway${part(": ", d.method)}${part(", ", d.field)}.`,
    "Do it on the node itself; its operator reads in docs/nodes.md what it gives away.",
  ),
  "node-folder-outside": words(
    (d) => line`The node does not let a gateway work in ${asPath(d.folder) ?? own("that folder")}.`,
    "On the node, put a folder above it into the plugin's setting `nodeRoots`, or name another: `--cwd <folder>`.",
  ),
  "node-ceiling": words(
    (d) =>
      line`That is more than the node allows${part(": ", d.field)}${part(" ", d.asked)}${part(", at most ", d.ceiling)}.`,
    "Ask for less, or on the node raise the plugin's settings `nodeSandbox`, `nodeApprovalPolicy` or `nodeNetwork`.",
  ),
  "node-thread-busy": words(
    (d) => line`A turn runs in the session${part(" ", asCode(d.threadId))} already; nothing was sent.`,
    "Wait for its end, then try again.",
  ),
} satisfies Record<string, ErrorWords>;
