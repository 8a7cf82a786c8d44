// `/cx sessions --host all`: the newest sessions of every machine, and which of them did not answer.
import { isAbsolute } from "node:path";
import { type BridgeError, isBridgeError } from "../../errors.ts";
import { code, joinLines, type Line, line, own, says } from "../../kit/blocks.ts";
import { formatLabel } from "../button-rows.ts";
import type { CommandCall } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { type HostList, listHosts } from "../list-hosts.ts";
import type { Reply } from "../reply.ts";
import { buildMatcher, formatResume, formatRow } from "../session-rows.ts";
import { formatError } from "../words/error-text.ts";
import { formatSessionTitle } from "../words/session-text.ts";

const rowsPerHost = 5;

export async function runEverywhere(call: CommandCall): Promise<Reply> {
  const { services, conversation, signal } = call;
  if (call.line.options.has("page")) throw buildBad(call.line.command, "--page goes with one host");
  const folder = call.line.options.get("cwd");
  const query = {
    ...(folder !== undefined && isAbsolute(folder) ? { cwd: folder } : {}),
    matches: buildMatcher(call.line.words, folder),
    enough: rowsPerHost,
  };
  const hosts = await listHosts(services, query, signal);
  const shown = hosts.flatMap((host) =>
    host.status === "listed" ? host.found.map((thread) => ({ place: host.place, thread })) : [],
  );
  services.store.lists.remember(
    conversation,
    shown.map(({ place, thread }) => ({ threadId: thread.id, place: place.id })),
  );
  let number = 0;
  const formatRows = (host: HostList): Line[] => {
    if (host.status === "away") return [];
    if (host.status === "failed") return [line`${host.name}: ${formatTrouble(host.name, host.error)}`];
    if (host.found.length === 0) return [line`${host.name}: no sessions found.`];
    const rows = host.found.flatMap((thread) => {
      number += 1;
      return formatRow(call, host.place, thread, number);
    });
    return [line`${host.name}:`, ...rows];
  };
  const away = hosts.flatMap(({ status, name }) => (status === "away" ? [line`${name}`] : []));
  const lines = [
    ...hosts.flatMap(formatRows),
    ...(away.length > 0 ? [line`Not connected: ${joinLines(away, ", ")}.`] : []),
    own("`/cx sessions --host <name>` lists more of one; `/cx resume <number>` binds one here."),
  ];
  const buttons = shown.map(({ place, thread }, at) => [
    {
      label: formatLabel(`${at + 1}. ${formatSessionTitle(thread)}`),
      line: formatResume(services, place, thread.id),
    },
  ]);
  return { blocks: says(...lines), inGroup: [], buttons, isForAsker: true };
}

/** A slow machine may answer when it is asked alone, which takes longer. */
function formatTrouble(name: string, error: BridgeError): Line {
  if (!isBridgeError(error, "backend-timeout")) return formatError(error);
  const host = /\s/.test(name) ? `"${name}"` : name;
  return line`did not answer in time; ask it alone: ${code(`/cx sessions --host ${host}`)}.`;
}
