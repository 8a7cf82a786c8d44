// Words for nodes: which one is meant, whether it may be used, and what it refuses.
import type { ErrorWords } from "./error-entry.ts";
import { part, words } from "./error-entry.ts";

export const nodeWords = {
  "node-unknown": words(
    (d) => `There is no host ${d.host ?? "of that name"} here${part("; connected: ", d.connected)}.`,
    "Leave `--host` out for the gateway's machine, or name a node that `openclaw nodes list` shows.",
  ),
  "node-ambiguous": words(
    (d) => `Several nodes are called ${d.host ?? "that"}${part(":\n", d.candidates)}`,
    "Name the one you mean by its id: `--host <id>`.",
  ),
  "node-offline": words(
    (d) => `The node${part(" ", d.host)} is not connected to the gateway now.`,
    "Start it there with `openclaw node run`; after a restart of the gateway it comes back by itself within about 30 seconds.",
  ),
  "node-not-allowed": words(
    (d) =>
      d.reason === "not-offered"
        ? `The node${part(" ", d.host)} does not offer \`${d.command ?? "the command"}\`.`
        : `The gateway does not allow \`${d.command ?? "the command"}\` on the node${part(" ", d.host)}.`,
    "Add the command to `gateway.nodes.commands.allow`, reconnect the node, then `openclaw nodes pending` and `openclaw nodes approve <requestId>`; on the node this plugin must be enabled.",
  ),
  "node-version": words(
    (d) =>
      `The node${part(" ", d.host)} has another version of this plugin${part(" (", d.theirs, ")")} that this one cannot talk to${part(" (", d.ours, ")")}.`,
    "Bring the plugin to the same version on the gateway and on the node.",
  ),
  "node-refused": words(
    (d) => `The node does not do that for a gateway${part(": ", d.method)}${part(", ", d.field)}.`,
    "Do it on the node itself; its operator reads in docs/nodes.md what it gives away.",
  ),
  "node-folder-outside": words(
    (d) => `The node does not let a gateway work in ${d.folder ?? "that folder"}.`,
    "On the node, put a folder above it into the plugin's setting `nodeRoots`, or name another: `--cwd <folder>`.",
  ),
  "node-ceiling": words(
    (d) =>
      `That is more than the node allows${part(": ", d.field)}${part(" ", d.asked)}${part(", at most ", d.ceiling)}.`,
    "Ask for less, or on the node raise the plugin's settings `nodeSandbox`, `nodeApprovalPolicy` or `nodeNetwork`.",
  ),
  "node-thread-busy": words(
    (d) => `A turn runs in the session${part(" ", d.threadId)} already; nothing was sent.`,
    "Wait for its end, then try again.",
  ),
} satisfies Record<string, ErrorWords>;
