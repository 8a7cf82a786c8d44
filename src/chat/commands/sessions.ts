// `/cx sessions`: a numbered list; the numbers are remembered for `resume`.
import { isAbsolute } from "node:path";
import type { ThreadInfo } from "../../codex/schemas.ts";
import type { ChatPlace } from "../chat-services.ts";
import type { CommandCall } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import { mostSessions, type SessionSearch, searchSessions } from "../session-search.ts";
import { formatSessionFacts, formatSessionTitle } from "../session-text.ts";

const rowsPerPage = 10;

export async function runSessions(call: CommandCall): Promise<string> {
  const { services, conversation, signal, line } = call;
  const page = readPage(call);
  const place = services.places.local;
  const folder = line.options.get("cwd");
  const end = page * rowsPerPage;
  const search = await searchSessions(
    place,
    {
      ...(folder !== undefined && isAbsolute(folder) ? { cwd: folder } : {}),
      matches: buildMatcher(line.words, folder),
      enough: end + 1,
    },
    signal,
  );
  const shown = search.found.slice(0, end);
  services.store.lists.remember(
    conversation,
    shown.map((thread) => ({ threadId: thread.id, place: place.id })),
  );
  const archived = page === 1 ? await countArchived(place, signal) : "";
  const rows = shown
    .slice(end - rowsPerPage)
    .map((thread, at) => formatRow(call, place, thread, end - rowsPerPage + at + 1));
  return [
    ...(rows.length > 0 ? rows : [page === 1 ? "No sessions found." : "No further sessions found."]),
    ...formatFooter(search, page, archived),
  ].join("\n");
}

/** Throws `bad-arguments`. */
function readPage({ line }: CommandCall): number {
  const given = line.options.get("page") ?? "1";
  const page = /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (page < 1) throw buildBad(line.command, "--page wants a number from 1");
  return page;
}

function buildMatcher(words: readonly string[], folder: string | undefined): (thread: ThreadInfo) => boolean {
  const wanted = words.map((word) => word.toLowerCase());
  const ending = folder
    ?.replace(/^~/, "")
    .replace(/^[\\/]?/, "/")
    .replace(/(?<=.)[\\/]+$/, "");
  return ({ id, name, preview, cwd }) => {
    if (folder !== undefined && !isAbsolute(folder) && !cwd.replaceAll("\\", "/").endsWith(ending ?? ""))
      return false;
    const text = [name, preview, cwd, id].join("\n").toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
}

function formatRow(call: CommandCall, place: ChatPlace, thread: ThreadInfo, number: number): string {
  const { services, conversation } = call;
  const holders = services.store.bindings.findByThread(place.id, thread.id);
  const bound = holders.some((holder) => holder.conversation === conversation)
    ? ", bound here"
    : holders.length > 0
      ? ", bound elsewhere"
      : "";
  const facts = formatSessionFacts(thread, services.clock.now());
  return `${number}. ${formatSessionTitle(thread)}\n   ${facts}${bound}`;
}

async function countArchived(place: ChatPlace, signal: AbortSignal): Promise<string> {
  const { data, nextCursor } = await place.threads.list({ archived: true, limit: 100 }, signal);
  if (data.length === 0) return "";
  return `${data.length}${nextCursor ? " or more" : ""} archived`;
}

function formatFooter({ found, partly, hidden }: SessionSearch, page: number, archived: string): string[] {
  const more = found.length > page * rowsPerPage;
  const counts = [
    hidden.subAgents > 0 ? `${hidden.subAgents} of sub-agents` : "",
    hidden.ephemeral > 0 ? `${hidden.ephemeral} ephemeral` : "",
    archived,
  ].filter((count) => count !== "");
  return [
    ...(counts.length > 0 ? [`Hidden: ${counts.join(", ")}.`] : []),
    ...(partly && !more ? [`Only the newest ${mostSessions} sessions were looked at.`] : []),
    ...(more ? [`More: \`--page ${page + 1}\`.`] : []),
    ...(found.length > 0 ? ["`/cx resume <number>` binds one here."] : ["`/cx new` starts a thread."]),
  ];
}
