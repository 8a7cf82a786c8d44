// `/cx nodes`: the host's other machines, what each allows, and what to type where something is missing.
import { code, type Line, line, own, says } from "../../kit/blocks.ts";
import { nodeCommands } from "../../nodes/command-names.ts";
import { type NodeState, readNodeState } from "../../nodes/find-node.ts";
import type { CommandCall } from "../command-call.ts";
import type { Answer } from "../reply.ts";

const abilities = {
  full: "threads, turns and sessions",
  sessions: "sessions only, no turns from here",
} as const;

export async function runNodes({ services }: CommandCall): Promise<Answer> {
  const { nodes } = services;
  if (!nodes) return own("This host has no other machines.");
  const states = (await nodes.list()).map(readNodeState);
  const isLacking = states.some(({ missing }) => missing.length > 0);
  const lines = [
    ...(states.length === 0 ? [own("No node is paired with this gateway.")] : states.flatMap(formatState)),
    ...(states.length === 0 || isLacking ? formatSteps(nodes.allowed(), states) : []),
  ];
  return { blocks: says(...lines), inGroup: [] };
}

function formatState({ label, connected, ability, missing }: NodeState): Line[] {
  const can = ability === undefined ? "nothing of this plugin" : abilities[ability];
  const lacks = missing.map(({ command, reason }) => own(`   ${command}: ${reasons[reason]}`));
  return [line`${label}: ${own(connected ? "connected" : "not connected")}; ${own(can)}`, ...lacks];
}

const reasons: Record<NodeState["missing"][number]["reason"], string> = {
  "not-offered": "not offered yet",
  "not-allowed": "not allowed by the gateway",
};

/** `config set` replaces the list, so it names what is in it too. */
function formatSteps(allowed: readonly string[], states: readonly NodeState[]): Line[] {
  const { appServer, resumeSession } = nodeCommands;
  const all = JSON.stringify([...new Set([...allowed, appServer, resumeSession])]);
  const isAllowed = [appServer, resumeSession].every((command) => allowed.includes(command));
  const steps = [
    ...(isAllowed
      ? []
      : [
          line`Allow, on the gateway: ${code(`openclaw config set gateway.nodes.commands.allow '${all}' --strict-json`)}`,
        ]),
    ...(states.length === 0
      ? [own("Connect, on the other machine: `openclaw node run --host <gateway> --port <port>`")]
      : [own("Connect anew, on the node, with this plugin enabled there: `openclaw node run …`")]),
    ...(states.length === 0
      ? [own("Approve the device, on the gateway: `openclaw devices list`, `openclaw devices approve <id>`")]
      : []),
    own(
      "Approve what it offers, on the gateway: `openclaw nodes pending`, `openclaw nodes approve <requestId>`",
    ),
  ];
  return [own("What is missing takes these steps:"), ...steps.map((step, at) => line`${at + 1}. ${step}`)];
}
