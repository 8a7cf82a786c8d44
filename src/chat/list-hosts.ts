// The sessions of every machine side by side: each has its own deadline, and none keeps the others waiting.
import type { ThreadInfo } from "../codex/schemas.ts";
import { BridgeError, toBridgeError } from "../errors.ts";
import { pause } from "../kit/clock.ts";
import { raceAbort } from "../kit/race-abort.ts";
import { nodeCommands } from "../nodes/command-names.ts";
import { findNode, formatNodeLabel, type ListedNode } from "../nodes/find-node.ts";
import { NodePlaces } from "../nodes/node-places.ts";
import type { ChatPlace, ChatServices } from "./chat-services.ts";
import { listSessions } from "./list-sessions.ts";
import type { SessionQuery } from "./session-search.ts";

export type HostList = { name: string } & (
  | { status: "listed"; place: ChatPlace; found: ThreadInfo[] }
  | { status: "failed"; error: BridgeError }
  | { status: "away" }
);

export const hostDeadlineMs = 10_000;

/** The gateway's machine first. Throws `cancelled`, and what the host throws when it does not list its nodes. */
export async function listHosts(
  services: ChatServices,
  query: Required<Omit<SessionQuery, "cwd">> & Pick<SessionQuery, "cwd">,
  signal: AbortSignal,
): Promise<HostList[]> {
  const { places, nodes, clock } = services;
  const listed = (await nodes?.list()) ?? [];
  const listPlace = async (name: string, find: () => Promise<ChatPlace>): Promise<HostList> => {
    const late = new AbortController();
    const timer = new AbortController();
    const ended = AbortSignal.any([signal, late.signal]);
    void pause(clock, hostDeadlineMs, timer.signal).then(() => {
      if (!timer.signal.aborted) late.abort();
    });
    try {
      const listing = find().then(async (place) => ({
        place,
        list: await listSessions(place, query, ended),
      }));
      const { place, list } = await raceAbort(listing, ended);
      return { name, status: "listed", place, found: list.found.slice(0, query.enough) };
    } catch (thrown) {
      if (signal.aborted) throw new BridgeError("cancelled", "cancelled while listing sessions");
      return { name, status: "failed", error: late.signal.aborted ? buildLate(name) : toBridgeError(thrown) };
    } finally {
      timer.abort();
    }
  };
  const findListing = (node: ListedNode) => async () => {
    findNode([node], node.nodeId, nodeCommands.listSessions);
    return places.get(NodePlaces.buildPlaceId(node.nodeId));
  };
  return Promise.all([
    listPlace(places.local.name, async () => places.local),
    ...listed.map((node) =>
      node.connected
        ? listPlace(node.displayName ?? node.nodeId, findListing(node))
        : ({ name: formatNodeLabel(node), status: "away" } as const),
    ),
  ]);
}

function buildLate(host: string): BridgeError {
  return new BridgeError("backend-timeout", `${host} did not list its sessions in time`, {
    deadlineMs: hostDeadlineMs,
  });
}
