// Which session a person means: a number of the last list, an id or its beginning, a name or its beginning.
import type { ThreadInfo } from "../codex/schemas.ts";
import { BridgeError } from "../errors.ts";
import type { ListedThread } from "../store/lists.ts";
import type { CommandCall } from "./command-call.ts";
import { findHost } from "./find-host.ts";
import { searchSessions } from "./session-search.ts";
import { formatSessionTitle } from "./words/session-text.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const idStart = /^[0-9a-f][0-9a-f-]{3,35}$/i;
const shownCandidates = 5;

/** Throws `selector-none` {selector, partly}, `selector-ambiguous` {selector, candidates}, node and wire errors. */
export async function findSession(
  { services, conversation, signal }: Pick<CommandCall, "services" | "conversation" | "signal">,
  selector: string,
  host: string | undefined,
): Promise<ListedThread> {
  const listed = /^\d+$/.test(selector)
    ? services.store.lists.read(conversation)[Number(selector) - 1]
    : undefined;
  if (listed) return listed;
  const place = await findHost({ services }, host);
  if (uuid.test(selector)) return { threadId: selector.toLowerCase(), place: place.id };
  const { found, partly } = await searchSessions(place, { matches: () => true }, signal);
  const steps = buildSteps(selector).map((fits) => found.filter(fits));
  const only = steps.find((fitting) => fitting.length === 1)?.[0];
  if (only) return { threadId: only.id, place: place.id };
  const several = steps.find((fitting) => fitting.length > 1);
  if (!several) throw new BridgeError("selector-none", "nothing fits", { selector, partly });
  throw new BridgeError("selector-ambiguous", "several fit", {
    selector,
    candidates: formatCandidates(several),
  });
}

/** From the surest to the loosest reading. */
function buildSteps(selector: string): ((thread: ThreadInfo) => boolean)[] {
  const wanted = selector.toLowerCase();
  const readName = ({ name }: ThreadInfo) => (name ?? "").trim().toLowerCase();
  return [
    ...(idStart.test(selector) ? [({ id }: ThreadInfo) => id.toLowerCase().startsWith(wanted)] : []),
    (thread) => readName(thread) === wanted,
    (thread) => readName(thread).startsWith(wanted),
  ];
}

function formatCandidates(threads: readonly ThreadInfo[]): string {
  const rows = threads
    .slice(0, shownCandidates)
    .map((thread) => `${thread.id} ${formatSessionTitle(thread)}`);
  const left = threads.length - rows.length;
  return [...rows, ...(left > 0 ? [`and ${left} more`] : [])].join("\n");
}
