// `/cx sessions`: a numbered list; the numbers are remembered for `resume`.
import { isAbsolute } from "node:path";
import { type Line, line, own, says } from "../../kit/blocks.ts";
import { nodeCommands } from "../../nodes/command-names.ts";
import { formatLabel } from "../button-rows.ts";
import type { ChatPlace } from "../chat-services.ts";
import type { CommandCall } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { findHost } from "../find-host.ts";
import { listSessions, readLastWords, type SessionList } from "../list-sessions.ts";
import type { Reply } from "../reply.ts";
import { buildMatcher, formatResume, formatRow } from "../session-rows.ts";
import { mostSessions } from "../session-search.ts";
import { formatLastWords, formatSessionTitle } from "../words/session-text.ts";
import { runEverywhere } from "./sessions-everywhere.ts";

const rowsPerPage = 10;

export async function runSessions(call: CommandCall): Promise<Reply> {
  const { services, conversation, signal, line } = call;
  const host = line.options.get("host");
  if (host?.toLowerCase() === "all") return runEverywhere(call);
  const page = readPage(call);
  const place = await findHost(call, host, nodeCommands.listSessions);
  const folder = line.options.get("cwd");
  const end = page * rowsPerPage;
  const list = await listSessions(
    place,
    {
      ...(folder !== undefined && isAbsolute(folder) ? { cwd: folder } : {}),
      matches: buildMatcher(line.words, folder),
      enough: end + 1,
    },
    signal,
  );
  const shown = list.found.slice(0, end);
  services.store.lists.remember(
    conversation,
    shown.map((thread) => ({ threadId: thread.id, place: place.id })),
  );
  const onPage = shown.slice(end - rowsPerPage);
  const lastWords = await readLastWords(place, onPage);
  const rows = onPage.flatMap((thread, at) => [
    ...formatRow(call, place, thread, end - rowsPerPage + at + 1),
    ...formatLastWords(thread, lastWords[at]),
  ]);
  const lines = [
    ...(rows.length > 0 ? rows : [own(page === 1 ? "No sessions found." : "No further sessions found.")]),
    ...formatFooter(list, page, place),
  ];
  const buttons = onPage.map((thread, at) => [
    {
      label: formatLabel(`${end - rowsPerPage + at + 1}. ${formatSessionTitle(thread)}`),
      line: formatResume(services, place, thread.id),
    },
  ]);
  return { blocks: says(...lines), inGroup: [], buttons, isForAsker: true };
}

/** Throws `bad-arguments`. */
function readPage({ line }: CommandCall): number {
  const given = line.options.get("page") ?? "1";
  const page = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (page < 1) throw buildBad(line.command, "--page wants a number from 1");
  return page;
}

function formatFooter(
  { found, partly, hidden, archived, fromFiles }: SessionList,
  page: number,
  place: ChatPlace,
): Line[] {
  const more = found.length > page * rowsPerPage;
  const counts = [
    hidden.subAgents > 0 ? `${hidden.subAgents} of sub-agents` : "",
    hidden.ephemeral > 0 ? `${hidden.ephemeral} ephemeral` : "",
    page === 1 && archived.count > 0 ? `${archived.count}${archived.more ? " or more" : ""} archived` : "",
  ].filter((count) => count !== "");
  return [
    ...(fromFiles === undefined ? [] : [formatFromFiles(fromFiles, place)]),
    ...(counts.length > 0 ? [own(`Hidden: ${counts.join(", ")}.`)] : []),
    ...(partly && !more ? [line`Only the newest ${mostSessions} sessions were looked at.`] : []),
    ...(more ? [own(`More: \`--page ${page + 1}\`.`)] : []),
    ...(found.length > 0
      ? [own("`/cx resume <number>` binds one here.")]
      : [own("`/cx new` starts a thread.")]),
  ];
}

function formatFromFiles(why: NonNullable<SessionList["fromFiles"]>, { isNode, name }: ChatPlace): Line {
  const reason =
    why === "not-running" ? own("no Codex server runs") : own(`the Codex server could not answer (${why})`);
  return isNode
    ? line`Read from the files of ${name}, its newest 50.`
    : line`Read from the files: ${reason}.`;
}
