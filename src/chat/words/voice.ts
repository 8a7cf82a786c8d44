// The words for every notice of the conversations room.
import { type ChoiceMeaning, readMeaning } from "../../codex/questions.ts";
import type { Notice, Said, Voice, WaitReason } from "../../conversations/voice.ts";
import { type Block, code, joinLines, type Line, line, own, says } from "../../kit/blocks.ts";
import { cutText, oneLine } from "../../kit/text.ts";
import { formatDuration } from "./age.ts";
import { formatTokenInputs } from "./confirm-text.ts";
import { formatByExec } from "./exec-text.ts";
import { buildGroupText } from "./group-text.ts";
import { formatUnasked } from "./locked-text.ts";
import { buildNoticeButtons } from "./notice-buttons.ts";
import { formatHeld, formatOverLimit, formatRoleEnded } from "./people-text.ts";
import {
  formatFollowing,
  formatOpenQuestion,
  formatQuestion,
  formatQuestionTitle,
  formatQueued,
} from "./question-text.ts";
import { formatEmptyReply, formatFailure, formatReply, formatStopped } from "./reply-text.ts";

export function buildVoice(): Voice {
  return {
    say(notice) {
      if (notice.type === "question")
        return { ...formatQuestion(notice.question, notice.asked), ...buildNoticeButtons(notice) };
      return {
        blocks: say(notice),
        ...buildGroupText(notice, say),
        ...formatTyped(notice),
        ...buildNoticeButtons(notice),
      };
    },
  };
}

type Of<T extends Notice["type"]> = Extract<Notice, { type: T }>;

const titleChars = 120;
const quoteChars = 200;
const shownTools = 3;

function say(notice: Exclude<Notice, { type: "question" }>): Block[] {
  switch (notice.type) {
    case "queued":
      return says(formatQueued(notice, true));
    case "opening":
      return says(
        own(
          "Opening the thread. The first time Codex may have to read all its session files; that can take minutes.",
        ),
      );
    case "started":
      return says(own("Started."));
    case "following":
      return formatFollowing(notice);
    case "waiting":
      return says(formatWaiting(notice));
    case "steered":
      return says(own("A turn of somebody else was running already: your message was added to it."));
    case "retrying":
      return says(line`Codex is trying again: ${cutText(oneLine(notice.message), quoteChars)}`);
    case "still-working":
      return says(formatWorking(notice));
    case "by-exec":
      return formatByExec(notice.bypass);
    case "limit-reached":
      return says(
        line`The turn has worked for ${[formatDuration(notice.limitMs)]}, the limit of the setting ${code("turnLimitMinutes")}, and is being stopped.`,
      );
    case "folder-changed":
      return says(line`The thread's folder is ${{ path: notice.cwd }} now; it was changed elsewhere.`);
    case "reply":
      return formatReply(notice.text, notice.late);
    case "empty-reply":
      return formatEmptyReply(notice.late);
    case "failed":
      return formatFailure(notice.error, notice.text, notice.late);
    case "stopped":
      return formatStopped(notice.text, notice.late);
    case "holds-secret":
      return says(own("Careful: what follows holds what looks like a password or a key."));
    case "shown-partly":
      return says(own("Not all of what Codex said could be shown here; the thread has the whole of it."));
    case "held":
      return says(formatHeld(notice.limit));
    case "over-limit":
      return formatOverLimit(notice.token, notice.driver, notice.limit, notice.message);
    case "role-ended":
      return formatRoleEnded(notice.who, notice.why, notice.loss);
    case "dropped":
      return says(own("Taken back: the message was not sent to Codex."));
    case "cut-off":
      return says(
        line`The turn of your message was cut off: ${quote(notice.message)}`,
        own("What it had done by then stays done. Send it again?"),
      );
    case "unknown-fate":
      return says(
        line`Nobody can tell whether Codex got your message: ${quote(notice.message)}`,
        own("If it did, it would run twice. Send it again?"),
      );
    case "question-elsewhere":
      return says(line`Question ${code(notice.question.token)} was answered elsewhere.`);
    case "question-closed":
      return says(formatEnding(notice));
    case "question-waits":
      return says(line`Still open: question ${formatOpenQuestion(notice.question, true)}.`);
    case "owner-unreachable":
      return says(own("It waits for the owner, who has to write to me in a direct chat once."));
    case "binding-open":
      return [...notice.says];
    case "binding-ended":
      return says(formatBindingEnded(notice.why));
    case "declined":
      return says(
        line`${formatUnasked(notice.isLocked === true)}: ${formatQuestionTitle(notice.asked.kind, notice.params)}. It was declined.`,
      );
  }
}

/** How it is answered by typing, where there are no buttons. */
function formatTyped(notice: Notice): Pick<Said, "typed"> {
  return notice.type === "cut-off" || notice.type === "unknown-fate" || notice.type === "over-limit"
    ? { typed: says(formatTokenInputs(notice.token)) }
    : {};
}

/** What was decided about a question, and by whom. */
function formatEnding({ ending, by }: Of<"question-closed">): Line {
  const who = by === undefined ? [] : line` (${by})`;
  switch (ending) {
    case "words":
      return line`Answered${who}.`;
    case "elsewhere":
      return own("Answered in another program, most likely a terminal.");
    case "over":
      return own("Not asked any more.");
    case "nobody":
      return own("Declined, because nobody could be asked.");
    case "locked":
      return own("Declined: the operator of this machine has locked everything.");
    default:
      return line`${[closedWords[readMeaning(ending.choice)]]}${who}.`;
  }
}

const closedWords: Readonly<Record<ChoiceMeaning, string>> = {
  yes: "Yes, this once",
  session: "Yes, for the session",
  always: "Yes, as a permanent rule",
  no: "No",
  cancel: "Cancelled",
};

function formatBindingEnded(why: "denied" | "expired" | "restarted" | "busy"): Line {
  const rest = "Nothing is bound here: messages go to OpenClaw's own agent.";
  switch (why) {
    case "denied":
      return own(`Denied. ${rest}`);
    case "expired":
      return own(
        `The approval was not given within half an hour. ${rest} Ask again with \`/cx resume\` or \`/cx new\`.`,
      );
    case "restarted":
      return own(
        `OpenClaw restarted before the approval was given. ${rest} Ask again with \`/cx resume\` or \`/cx new\`.`,
      );
    case "busy":
      return own("What is bound here has work to do; it stays bound. Ask again when it is done.");
  }
}

function formatWaiting({ reason, elapsedMs, isSent = false, node }: Of<"waiting">): Line {
  const soFar = elapsedMs === undefined ? [] : [` (${formatDuration(elapsedMs)} so far)`];
  return line`${formatReason(reason, node)}${soFar}. ${own(isSent ? formatSentWait(reason) : formatUnsentWait(reason))}`;
}

function formatReason(reason: WaitReason, node: string | undefined): Line {
  const there = node === undefined ? [] : line` on ${node}`;
  switch (reason) {
    case "foreign-turn":
      return own("Somebody else's turn is running on this thread");
    case "thread-held":
      return line`Another program${there} has this thread open, most likely a terminal`;
    case "backfill":
      return node === undefined
        ? own("Codex is reading its session files for the first time, which may take minutes")
        : line`Codex${there} does not answer yet; the first time it reads all its session files, which may take minutes`;
    case "loading":
      return own("Codex is opening the thread, which takes a while for a long one");
    case "connection":
      return line`The Codex server${there} cannot be reached`;
    case "node-away":
      return node === undefined
        ? own("The node of this thread is not connected to the gateway")
        : line`The node ${node} is not connected to the gateway`;
  }
}

function formatUnsentWait(reason: WaitReason): string {
  switch (reason) {
    case "foreign-turn":
      return "Yours starts when it ends; `/cx stop` takes the message back.";
    case "thread-held":
      return "The message waits until it lets go; `/cx stop` takes it back.";
    case "backfill":
    case "loading":
      return "The message waits; `/cx stop` takes it back.";
    case "connection":
      return "Trying again; `/cx stop` takes the message back.";
    case "node-away":
      return "The message waits until it is back; `/cx stop` takes it back.";
  }
}

/** An unreachable server is given up soon enough by itself. */
function formatSentWait(reason: WaitReason): string {
  if (reason === "connection") return "Trying again: what became of your message shows then.";
  if (reason === "node-away")
    return "Your turn goes on there, and its reply comes when the node is back; `/cx stop` stops it then.";
  return "Your message was sent before, and what became of it shows after that. `/cx stop` ends the waiting and asks whether to send it again.";
}

function formatWorking({ elapsedMs, quietMs, running, isOurs }: Of<"still-working">): Line {
  const titles = running
    .map(oneLine)
    .filter((title) => title !== "")
    .slice(0, shownTools)
    .map((title) => [code(cutText(title, titleChars))]);
  const doing = titles.length === 0 ? [] : line`, running ${joinLines(titles, ", ")}`;
  const quiet = quietMs < 1_000 ? [] : [`; no sign for ${formatDuration(quietMs)}`];
  const ends = own(isOurs ? "`/cx stop` ends it." : "It is somebody else's turn; only they can stop it.");
  return line`Still working after ${[formatDuration(elapsedMs)]}${doing}${quiet}. ${ends}`;
}

function quote(message: string): Line {
  const words = cutText(oneLine(message), quoteChars);
  return words === "" ? own("(an image)") : line`"${words}"`;
}
