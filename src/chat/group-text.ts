// What a notice says where others read along: without paths, commands and diffs.
import type { Notice, Said } from "../conversations/voice.ts";
import { hideDetails } from "./error-text.ts";
import { formatFollowing, formatQuestionInGroup } from "./question-text.ts";

/** `say`: the words of a notice. */
export function buildGroupText(notice: Notice, say: (notice: Notice) => string): Pick<Said, "inGroup"> {
  switch (notice.type) {
    case "still-working":
      return notice.running.length === 0 ? {} : { inGroup: say({ ...notice, running: [] }) };
    case "following":
      return notice.questions.length === 0 ? {} : { inGroup: formatFollowing(notice, false) };
    case "folder-changed":
      return { inGroup: "The thread's folder was changed elsewhere; `/cx status` shows it." };
    case "failed": {
      const inGroup = say({ ...notice, error: hideDetails(notice.error) });
      return inGroup === say(notice) ? {} : { inGroup };
    }
    case "question":
      return { inGroup: formatQuestionInGroup(notice.question, notice.asked) };
    case "declined":
      return { inGroup: "Codex asked for something and nobody was there to be asked. It was declined." };
    case "binding-open":
      return { inGroup: "Bound here: messages to me are turns of the thread now." };
    case "queued":
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
    case "shown-partly":
    case "dropped":
    case "cut-off":
    case "unknown-fate":
    case "question-elsewhere":
    case "binding-ended":
      return {};
  }
}
