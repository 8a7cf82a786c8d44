// `/cx sessions --host all`: the newest sessions of every machine, and which of them did not answer.
import { isAbsolute } from "node:path";
import { type BridgeError, isBridgeError } from "../../errors.ts";
import { formatLabel } from "../button-rows.ts";
import type { CommandCall } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { formatError } from "../error-text.ts";
import { type HostList, listHosts } from "../list-hosts.ts";
import type { Reply } from "../reply.ts";
import { buildMatcher, formatResume, formatRow } from "../session-rows.ts";
import { formatSessionTitle } from "../session-text.ts";

const rowsPerHost = 5;

export async function runEverywhere(call: CommandCall): Promise<Reply> {
  const { services, conversation, signal, line } = call;
  if (line.options.has("page")) throw buildBad(line.command, "--page goes with one host");
  const folder = line.options.get("cwd");
  const query = {
    ...(folder !== undefined && isAbsolute(folder) ? { cwd: folder } : {}),
    matches: buildMatcher(line.words, folder),
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
  const formatRows = (host: HostList): string[] => {
    if (host.status === "away") return [];
    if (host.status === "failed") return [`${host.name}: ${formatTrouble(host.name, host.error)}`];
    if (host.found.length === 0) return [`${host.name}: no sessions found.`];
    const rows = host.found.flatMap((thread) => {
      number += 1;
      return formatRow(call, host.place, thread, number);
    });
    return [`${host.name}:`, ...rows];
  };
  const away = hosts.flatMap(({ status, name }) => (status === "away" ? [name] : []));
  const lines = [
    ...hosts.flatMap(formatRows),
    ...(away.length > 0 ? [`Not connected: ${away.join(", ")}.`] : []),
    "`/cx sessions --host <name>` lists more of one; `/cx resume <number>` binds one here.",
  ];
  const buttons = shown.map(({ place, thread }, at) => [
    {
      label: formatLabel(`${at + 1}. ${formatSessionTitle(thread)}`),
      line: formatResume(services, place, thread.id),
    },
  ]);
  return { text: lines.join("\n"), inGroup: "", buttons, isForAsker: true };
}

/** A slow machine may answer when it is asked alone, which takes longer. */
function formatTrouble(name: string, error: BridgeError): string {
  if (!isBridgeError(error, "backend-timeout")) return formatError(error);
  const host = /\s/.test(name) ? `"${name}"` : name;
  return `did not answer in time; ask it alone: \`/cx sessions --host ${host}\`.`;
}
