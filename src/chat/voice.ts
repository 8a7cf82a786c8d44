// The words for every notice of the conversations room.
import type { Notice, Voice, WaitReason } from "../conversations/voice.ts";
import { cutText, oneLine } from "../kit/text.ts";
import { formatDuration } from "./age.ts";
import { formatTokenInputs } from "./confirm-text.ts";
import { formatByExec } from "./exec-text.ts";
import { buildGroupText } from "./group-text.ts";
import { buildNoticeButtons } from "./notice-buttons.ts";
import { formatFollowing, formatQuestion, formatQuestionTitle } from "./question-text.ts";
import { formatEmptyReply, formatFailure, formatReply, formatStopped } from "./reply-text.ts";

export function buildVoice(): Voice {
  return {
    say: (notice) => ({ text: say(notice), ...buildGroupText(notice, say), ...buildNoticeButtons(notice) }),
  };
}

type Of<T extends Notice["type"]> = Extract<Notice, { type: T }>;

const titleChars = 120;
const quoteChars = 200;
const shownTools = 3;

function say(notice: Notice): string {
  switch (notice.type) {
    case "queued":
      return `Queued behind ${notice.ahead}.`;
    case "opening":
      return "Opening the thread. The first time Codex may have to read all its session files; that can take minutes.";
    case "started":
      return "Started.";
    case "following":
      return formatFollowing(notice);
    case "waiting":
      return formatWaiting(notice);
    case "steered":
      return "A turn of somebody else was running already: your message was added to it.";
    case "retrying":
      return `Codex is trying again: ${cutText(oneLine(notice.message), quoteChars)}`;
    case "still-working":
      return formatWorking(notice);
    case "by-exec":
      return formatByExec(notice.bypass);
    case "limit-reached":
      return `The turn has worked for ${formatDuration(notice.limitMs)}, the limit of the setting \`turnLimitMinutes\`, and is being stopped.`;
    case "folder-changed":
      return `The thread's folder is ${notice.cwd} now; it was changed elsewhere.`;
    case "reply":
      return formatReply(notice.text, notice.late);
    case "empty-reply":
      return formatEmptyReply(notice.late);
    case "failed":
      return formatFailure(notice.error, notice.text, notice.late);
    case "stopped":
      return formatStopped(notice.text, notice.late);
    case "shown-partly":
      return "Not all of what Codex said could be shown here; the thread has the whole of it.";
    case "dropped":
      return "Taken back: the message was not sent to Codex.";
    case "cut-off":
      return `The turn of your message was cut off: ${quote(notice.message)}\nWhat it had done by then stays done. Send it again?\n${formatTokenInputs(notice.token)}`;
    case "unknown-fate":
      return `Nobody can tell whether Codex got your message: ${quote(notice.message)}\nIf it did, it would run twice. Send it again?\n${formatTokenInputs(notice.token)}`;
    case "question":
      return formatQuestion(notice.question, notice.asked);
    case "question-elsewhere":
      return `Question ${notice.question.token} was answered elsewhere.`;
    case "binding-open":
      return notice.says;
    case "binding-ended":
      return formatBindingEnded(notice.why);
    case "declined":
      return `Codex asked for something and nobody was there to be asked: ${formatQuestionTitle(notice.asked.kind, notice.params)}. It was declined.`;
  }
}

function formatBindingEnded(why: "denied" | "expired" | "restarted" | "busy"): string {
  const rest = "Nothing is bound here: messages go to OpenClaw's own agent.";
  switch (why) {
    case "denied":
      return `Denied. ${rest}`;
    case "expired":
      return `The approval was not given within half an hour. ${rest} Ask again with \`/cx resume\` or \`/cx new\`.`;
    case "restarted":
      return `OpenClaw restarted before the approval was given. ${rest} Ask again with \`/cx resume\` or \`/cx new\`.`;
    case "busy":
      return "What is bound here has work to do; it stays bound. Ask again when it is done.";
  }
}

function formatWaiting({ reason, elapsedMs, isSent = false, node }: Of<"waiting">): string {
  const soFar = elapsedMs === undefined ? "" : ` (${formatDuration(elapsedMs)} so far)`;
  return `${formatReason(reason, node)}${soFar}. ${isSent ? formatSentWait(reason) : formatUnsentWait(reason)}`;
}

function formatReason(reason: WaitReason, node: string | undefined): string {
  const there = node === undefined ? "" : ` on ${node}`;
  switch (reason) {
    case "foreign-turn":
      return "Somebody else's turn is running on this thread";
    case "thread-held":
      return `Another program${there} has this thread open, most likely a terminal`;
    case "backfill":
      return node === undefined
        ? "Codex is reading its session files for the first time, which may take minutes"
        : `Codex${there} does not answer yet; the first time it reads all its session files, which may take minutes`;
    case "loading":
      return "Codex is opening the thread, which takes a while for a long one";
    case "connection":
      return `The Codex server${there} cannot be reached`;
    case "node-away":
      return `The node ${node ?? "of this thread"} is not connected to the gateway`;
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

function formatWorking({ elapsedMs, quietMs, running, isOurs }: Of<"still-working">): string {
  const titles = running
    .map(oneLine)
    .filter((title) => title !== "")
    .slice(0, shownTools)
    .map((title) => `\`${cutText(title, titleChars)}\``);
  const doing = titles.length === 0 ? "" : `, running ${titles.join(", ")}`;
  const quiet = quietMs < 1_000 ? "" : `; no sign for ${formatDuration(quietMs)}`;
  return `Still working after ${formatDuration(elapsedMs)}${doing}${quiet}. ${isOurs ? "`/cx stop` ends it." : "It is somebody else's turn; only they can stop it."}`;
}

function quote(message: string): string {
  const words = cutText(oneLine(message), quoteChars);
  return words === "" ? "(an image)" : `"${words}"`;
}
