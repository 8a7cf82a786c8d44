// The corpus against which the redactor is measured. A line is `name | text`; what stands between « and » is a secret
// and has to go. {x32} means 32 made-up hex digits, and so on (`alphabets`); the values are the same in every run.
// No value is written out, so that nothing here looks like a leak to the scanners of repositories.
import { createHash } from "node:crypto";
import { places } from "./places.ts";
import { services } from "./services.ts";

export interface CorpusEntry {
  kind: string;
  name: string;
  text: string;
  secrets: string[];
}

const letters = "abcdefghijklmnopqrstuvwxyz";
const alphabets: Record<string, string> = {
  d: "0123456789",
  x: "0123456789abcdef",
  X: "0123456789ABCDEF",
  l: `${letters}0123456789`,
  A: `${letters.toUpperCase()}0123456789`,
  L: letters + letters.toUpperCase(),
  w: `${letters + letters.toUpperCase()}0123456789`,
  u: `${letters + letters.toUpperCase()}0123456789-_`,
  b: `${letters + letters.toUpperCase()}0123456789+/`,
  // bech32, as age writes its keys
  G: "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
};

export function readCorpus(): CorpusEntry[] {
  return Object.entries({ ...services, ...places }).flatMap(([kind, lines]) =>
    lines.map((line) => {
      const [, name = "", template = ""] = /^(.*?) \| (.*)$/s.exec(line) ?? [];
      const marked = fillIn(template, `${kind}/${name}`);
      const secrets = [...marked.matchAll(/«(.*?)»/gs)].map(([, secret = ""]) => secret);
      return { kind, name, text: marked.replace(/[«»]/g, ""), secrets };
    }),
  );
}

/** What a letter or digit begins is never `-` or `_`: a token that ends in one would be cut there by any reader. */
export function fillIn(template: string, seed: string): string {
  let count = 0;
  return template
    .replaceAll("{uuid}", "{x8}-{x4}-{x4}-{x4}-{x12}")
    .replace(/\{([dxXlALwubG])(\d+)\}/g, (_, which: string, length: string) =>
      makeUp(alphabets[which] ?? "", Number(length), `${seed}/${count++}`),
    );
}

function makeUp(alphabet: string, length: number, seed: string): string {
  let made = "";
  for (let block = 0; made.length < length; block++) {
    const bytes = createHash("sha256").update(`${seed}/${block}`).digest();
    for (const byte of bytes) {
      const char = alphabet[byte % alphabet.length] ?? "";
      const atEdge = made.length === 0 || made.length === length - 1;
      if (made.length < length) made += atEdge && /[-_+/]/.test(char) ? "k" : char;
    }
  }
  return made;
}

/** A secret is caught when no eight characters in a row are left that stood in it alone. */
export function findLeft({ text, secrets }: CorpusEntry, shown: string): string | undefined {
  const around = secrets.reduce((rest, secret) => rest.replace(secret, "\0"), text);
  return secrets.flatMap(cutPieces).find((piece) => shown.includes(piece) && !around.includes(piece));
}

function cutPieces(secret: string): string[] {
  const size = Math.min(8, secret.length);
  const starts = Array.from({ length: secret.length - size + 1 }, (_, at) => at);
  return starts.map((at) => secret.slice(at, at + size));
}
