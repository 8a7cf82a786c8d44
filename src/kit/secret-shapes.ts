// Secrets that their own form gives away, whoever issued them: signed tokens, tokens with a prefix, crypt(3) hashes.
import { isMixed, looksRandom, placeholder } from "./secret-look.ts";
import type { Shape } from "./secret-shape.ts";

/** A word starts here; a `\n` written as two characters, as in JSON, counts as its end. */
const start = String.raw`(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt]))`;
/** Prefixes of hashes and of what only names something: a message, a call, a user. */
const namingPrefix =
  /^(?:sha\d*|md5|blake\w*|h1|id|uuid|guid|call|msg|message|req|request|resp|response|rs|fc|ws|item|run|thread|toolu|chatcmpl|cmpl|gen|file|asst|step|batch|evt|event|cus|sub|pi|in|ch|usr|user|org|proj|project|acct|account|conv|turn|trace|span|job|task|build|commit|rev|chunk|index|main|vendor|css|i|vol|vpc|subnet|sg|ami|snap|eni|rtb|arn|pk)[_-]/i;

export const tokenShapes: readonly Shape[] = [
  {
    hint: ["eyj"],
    pattern: new RegExp(
      `${start}eyJ[A-Za-z0-9_-]{8,2000}\\.eyJ[A-Za-z0-9_-]{8,6000}\\.[A-Za-z0-9_-]{8,2000}`,
      "g",
    ),
  },
  {
    hint: ["sk-"],
    pattern: new RegExp(`${start}sk-[A-Za-z0-9_-]{16,400}`, "g"),
    accepts: (token) => looksRandom(token.slice(3)),
  },
  // A few letters, a separator, and what nobody would call a word: how most services write their tokens today.
  {
    hint: ["-", "_"],
    pattern:
      /(?:(?<![\w+/.%\\-])|(?<=[/.](?=[a-z]{2,8}_))|(?<=\\[nrt]))(?:[a-z][a-z0-9]{0,9}|[A-Z][A-Z0-9]{0,9})[_-][A-Za-z0-9_-]{16,400}(?![A-Za-z0-9_+/-])/g,
    accepts: (token) => isPrefixedToken(token),
  },
  // The same with a dot, and without any separator after three capital letters.
  {
    pattern:
      /(?<![\w.+/%\\-])[a-z][A-Za-z0-9]{1,9}(?:\.[a-z]{2,4})?\.[A-Za-z0-9_-]{24,400}(?:\.[A-Za-z0-9_-]{16,400})?(?![\w+/-])/g,
    accepts: (token) => isMixed(token.slice(token.search(/\.[^.]{24}/)), 24) && /[A-Z]/.test(token),
  },
  {
    pattern: /(?<![\w.,+/%[\\-])(?!AAAA|MII)[A-Z]{3,6}[A-Za-z0-9_-]{16,400}(?![\w+/=-])/g,
    accepts: isCapitalToken,
  },
  {
    pattern: /(?<![\w.,+/%=\\-])(?!bafy)[a-z0-9]{44,80}(?![\w.+/=-])/g,
    accepts: (token) => isMixed(token, 44) && !/[0-9a-f]{32}/.test(token),
  },
  // What the kept rules do not know, or only by a name beside it: MWS, PayPal, Mailchimp, Firebase, Google, Razorpay.
  {
    hint: ["amzn.mws.", "access_token$", "-us", ":apa91b", "1//0", "rzp_"],
    pattern: new RegExp(
      `${start}(?:${[
        "amzn\\.mws\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "access_token\\$(?:production|sandbox)\\$[0-9a-z]{16}\\$[0-9a-f]{32}",
        "[0-9a-f]{32}-us[0-9]{1,2}",
        "AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{100,200}",
        "1//0[A-Za-z0-9_-]{40,200}",
        "rzp_(?:live|test)_[A-Za-z0-9]{14}",
      ].join("|")})(?![A-Za-z0-9_-])`,
      "g",
    ),
  },
  // id.token, header.body.mark: two long parts of made-up characters.
  {
    pattern: /(?<![\w.+/=%\\-])[\w-]{14,60}\.(?:[\w-]{4,60}\.)?[\w-]{22,120}(?![\w-])/g,
    accepts: (token) => token.split(".").filter((part) => isMixed(part, 14)).length >= 2,
  },
  {
    hint: [":"],
    pattern: /(?:(?<![A-Za-z0-9_:.-])|(?<=\/bot|\\[nrt]))\d{6,12}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g,
  },
  {
    hint: ["bearer"],
    pattern: new RegExp(`(?<before>${start}bearer {1,4})(?<secret>[A-Za-z0-9._~+/=-]{8,400})`, "gi"),
    accepts: looksRandom,
  },
  {
    hint: ["authorization"],
    pattern:
      /(?<before>(?<![A-Za-z0-9_])(?:proxy-)?authorization\\?["']? {0,4}[:=] {0,4}\\?["']?(?:(?:basic|token|digest|apikey|key|negotiate) {1,4})?)(?<secret>[A-Za-z0-9._~+/=:-]{8,400})/gi,
    accepts: looksRandom,
  },
  {
    hint: ["response="],
    pattern: /(?<before>(?<!\w)response=\\?")(?<secret>[0-9a-f]{32,64})/g,
  },
  // crypt(3): of shadow and htpasswd
  {
    hint: ["$"],
    pattern: /\$(?:apr1|1|5|6|y|2[abxy]|argon2(?:id|i|d))\$[A-Za-z0-9./$=,+-]{20,200}/g,
    accepts: (hash) => isMixed(hash, 16) && !placeholder.test(hash.slice(1)),
  },
];

function isPrefixedToken(token: string): boolean {
  if (namingPrefix.test(token)) return false;
  const body = token.slice(token.search(/[_-]/) + 1);
  const runs = body.split(/[_-]/);
  const longest = Math.max(...runs.map((run) => run.length));
  if (longest < 10 || !isMixed(body, 20)) return false;
  // SOME_CONSTANT_7F3A…
  if (/^[A-Z0-9]+_/.test(token) && runs.some((run) => /^[A-Za-z]+$/.test(run))) return false;
  // The name of something with the hash of its content behind it
  return !/^[0-9a-f]+$/.test(body) || /^[a-z0-9]+_|^(?:sk|key|pat|tok|token|api|secret)-/.test(token);
}

/** Three capital letters and more, and neither the name of a constant nor a line of base64. */
function isCapitalToken(token: string): boolean {
  const first = token.split(/[_-]/, 1)[0] ?? "";
  if (first !== token && first.length < 12 && !/\d/.test(first)) return false;
  const least = /[a-z]/.test(token) ? 30 : 20;
  if (/^[0-9A-F]+$/.test(token) || !/[A-Za-z0-9]{10}/.test(token)) return false;
  if (/^(?:.{64}|.{76})$/.test(token) || !isMixed(token, least)) return false;
  return /[^ -~\n]/.test(Buffer.from(token, "base64").toString("latin1"));
}
