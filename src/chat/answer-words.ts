// Words that answer: yes, no and stop as people of several languages type them alone, and words by which somebody seems to
// answer without saying clearly what.

export type AnswerWord = "yes" | "no" | "stop";

/** By language. Only what nobody would write to mean something else. */
const languages: Readonly<Record<string, Record<AnswerWord, string>>> = {
  english: { yes: "yes y", no: "no n", stop: "stop" },
  german: { yes: "ja", no: "nein", stop: "stopp halt" },
  french: { yes: "oui", no: "non", stop: "arrête arrêter arrete" },
  spanish: { yes: "sí si", no: "no", stop: "para parar detente alto" },
  portuguese: { yes: "sim", no: "não nao", stop: "pare parar" },
  italian: { yes: "sì si", no: "no", stop: "ferma fermati basta" },
  dutch: { yes: "ja", no: "nee", stop: "stop" },
  polish: { yes: "tak", no: "nie", stop: "przestań zatrzymaj" },
  russian: { yes: "да", no: "нет", stop: "стоп остановись хватит" },
  turkish: { yes: "evet", no: "hayır hayir", stop: "dur" },
  chinese: { yes: "是 是的 好 好的", no: "不 不是 不要 否", stop: "停 停止" },
  japanese: { yes: "はい", no: "いいえ", stop: "停止 やめて 止めて" },
  korean: { yes: "네 예", no: "아니요 아니오", stop: "중지 멈춰" },
  arabic: { yes: "نعم", no: "لا", stop: "توقف قف" },
  hindi: { yes: "हाँ हां", no: "नहीं", stop: "रुको रुकें" },
};

const longestAnswer = 40;

const words: ReadonlyMap<string, AnswerWord> = new Map(
  Object.values(languages).flatMap((language) =>
    (Object.entries(language) as [AnswerWord, string][]).flatMap(([meaning, list]) =>
      list.split(" ").map((word): [string, AnswerWord] => [word, meaning]),
    ),
  ),
);

const attemptsOf = `ok, okay, k, sure, yep, yeah, yup, aye, fine, agreed, agree, approve, approved, allow, allowed, accept,
accepted, confirm, confirmed, go, go ahead, go for it, do it, please do, yes please, yes do it, yes go ahead, proceed,
continue, run it, sounds good, lgtm, always, yes always, once, this once, yes this once, for the session, yes for the
session, nope, nah, dont, do not, dont do it, do not do it, no thanks, no thank you, no dont, no way, not now, not yet,
never, deny, denied, decline, declined, reject, rejected, refuse, cancel, abort, wait, hold on, stop it, stop that, 👍, 👎,
✅, ❌, 🆗, einverstanden, in ordnung, mach das, nicht, daccord, vale, de acuerdo, claro, va bene, хорошо, ладно, tamam,
dobrze, 可以, 行, 不行, 了解, だめ, 좋아요, ठीक है, حسنا`;
const attempts: ReadonlySet<string> = new Set(
  attemptsOf.split(/,\s*/).map((words) => words.replace(/\s+/g, " ")),
);

/** A message that is nothing but such a word. */
export function readAnswerWord(text: string): AnswerWord | undefined {
  return words.get(tidy(text));
}

/** Looks like an attempt to answer: a word of these, or a number of one or two digits. */
export function looksLikeAnswer(text: string): boolean {
  const said = tidy(text);
  return words.has(said) || attempts.has(said) || isChoiceNumber(said);
}

export function isChoiceNumber(text: string): boolean {
  return /^\p{Nd}{1,2}$/u.test(tidy(text));
}

/** Without case, marks and what nobody sees. */
function tidy(text: string): string {
  if (text.length > longestAnswer) return "";
  return text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\p{Default_Ignorable_Code_Point}'’]/gu, "")
    .replace(/[.!,;:?…¡¿。！，؟]+/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
}
