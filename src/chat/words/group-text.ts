// What a notice says where others read along: without paths, commands and diffs.
import type { Notice, Said } from "../../conversations/voice.ts";
import { type Block, line, own, says } from "../../kit/blocks.ts";
import { hideDetails } from "./error-text.ts";
import { formatUnasked } from "./locked-text.ts";
import { formatFollowing, formatOpenQuestion, formatQueued } from "./question-text.ts";

type OwnNotice = Exclude<Notice, { type: "question" }>;

/** `say`: the words of a notice. */
export function buildGroupText(
  notice: OwnNotice,
  say: (notice: OwnNotice) => Block[],
): Pick<Said, "inGroup"> {
  switch (notice.type) {
    case "still-working":
      return notice.running.length === 0 ? {} : { inGroup: say({ ...notice, running: [] }) };
    case "following":
      return notice.questions.length === 0 ? {} : { inGroup: formatFollowing(notice, false) };
    case "queued":
      return notice.question === undefined ? {} : { inGroup: says(formatQueued(notice, false)) };
    case "question-waits":
      return { inGroup: says(line`Still open: question ${formatOpenQuestion(notice.question, false)}.`) };
    case "folder-changed":
      return { inGroup: says(own("The thread's folder was changed elsewhere; `/cx status` shows it.")) };
    case "failed": {
      const error = hideDetails(notice.error);
      const isSame = Object.keys(error.details).length === Object.keys(notice.error.details).length;
      return isSame ? {} : { inGroup: say({ ...notice, error }) };
    }
    case "declined":
      return {
        inGroup: says(line`${formatUnasked(notice.isLocked === true)}. It was declined.`),
      };
    case "binding-open":
      return { inGroup: says(own("Bound here: messages to me are turns of the thread now.")) };
    case "question-closed":
    case "owner-unreachable":
    case "opening":
    case "started":
    case "waiting":
    case "steered":
    case "by-exec":
    case "retrying":
    case "limit-reached":
    case "reply":
    case "empty-reply":
    case "stopped":
    case "holds-secret":
    case "shown-partly":
    case "dropped":
    case "held":
    case "over-limit":
    case "role-ended":
    case "cut-off":
    case "unknown-fate":
    case "question-elsewhere":
    case "binding-ended":
      return {};
  }
}
