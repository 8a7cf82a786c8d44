// Secrets that the place where they stand gives away: addresses, files of credentials, cookies, command lines.
import { isMixed, looksRandom, placeholder, uuid } from "./secret-look.ts";
import type { Shape } from "./secret-shape.ts";

const isNoPlaceholder = (secret: string) => !placeholder.test(secret);
const isLong = (secret: string) => isMixed(secret, 16);
const scheme = "(?<![A-Za-z0-9+.-])[a-z][a-z0-9+.-]{1,20}://";

export const placeShapes: readonly Shape[] = [
  {
    hint: ["://"],
    pattern: new RegExp(
      `(?<before>${scheme}(?!anonymous:)[^\\s/:@"'<>\`]{0,200}:)(?<secret>[^\\s/"'<>\`\\\\]{4,300})(?=@[^\\s/@"'<>\`])`,
      "gi",
    ),
    accepts: isNoPlaceholder,
  },
  {
    hint: ["://"],
    pattern: new RegExp(`(?<before>${scheme})(?<secret>[\\w.~+=%-]{16,255})(?=(?::[^\\s/@]{0,300})?@)`, "gi"),
    accepts: isLong,
  },
  {
    hint: ["@tcp(", "@unix("],
    pattern: /(?<before>(?<![\w.-])[\w.-]{1,64}:)(?<secret>[^\s@"']{3,100})(?=@(?:tcp|unix)\()/g,
    accepts: isNoPlaceholder,
  },
  {
    hint: ["oracle:thin:", "sqlplus"],
    pattern: /(?<before>(?:oracle:thin:|sqlplus )[\w$#]{1,64}\/)(?<secret>[^\s@"']{3,100})(?=@)/g,
    accepts: isNoPlaceholder,
  },
  {
    hint: ["webhook"],
    pattern: /(?<before>webhooks?\/[\w-]{1,40}\/)(?<secret>[\w-]{20,200})/g,
    accepts: (secret) => isLong(secret) && !uuid.test(secret),
  },
  // .netrc
  {
    hint: ["login"],
    pattern: /(?<before>(?<![\w-])login\s{1,8}\S{1,100}\s{1,8}password\s{1,8})(?<secret>[^\s"'`]{3,200})/g,
    accepts: (secret) => isNoPlaceholder(secret) && !/^(?:and|or|is|field|form)$/.test(secret),
  },
  // .pgpass
  {
    hint: [":"],
    pattern:
      /(?<before>^[\w*-]{1,64}(?:\.[\w*-]{1,64}){0,8}:(?:\d{2,5}|\*):[\w*-]{1,64}:[\w*.-]{1,64}:)(?<secret>[^\s:]{6,200})$/gm,
    accepts: (secret) => isMixed(secret, 8),
  },
  // ~/.git-credentials and cookies.txt end in the secret; the seven fields of the second have tabs between them.
  {
    hint: ["\t"],
    pattern:
      /(?<before>^[^\s]{1,200}\t(?:TRUE|FALSE)\t\S{1,200}\t(?:TRUE|FALSE)\t\d{1,12}\t[^\t\n]{1,200}\t)(?<secret>\S{8,400})/gm,
    accepts: looksRandom,
  },
  {
    hint: ["curl"],
    pattern:
      /(?<before>(?<![\w-])curl[^\n|;]{0,200}? (?:-u|--user)[ =]{0,4}["']?[^\s:"'$]{1,100}:)(?<secret>[^\s"'$]{4,200})/g,
    accepts: isNoPlaceholder,
  },
  {
    hint: ["mysql", "mariadb"],
    pattern:
      /(?<before>(?<![\w-])(?:mysql|mariadb)[\w-]{0,12} [^\n|;]{0,100}?-p["']?)(?<secret>[^\s"'$]{6,100})/g,
    accepts: (secret) => /\d/.test(secret) && /[A-Za-z]/.test(secret),
  },
  {
    hint: ["sshpass"],
    pattern: /(?<before>sshpass -p {0,4}["']?)(?<secret>[^\s"'$]{4,100})/g,
    accepts: isNoPlaceholder,
  },
  {
    hint: ["redis-cli"],
    pattern: /(?<before>redis-cli[^\n|;]{0,100}? -a {1,4}["']?)(?<secret>[^\s"'$]{6,200})/g,
    accepts: isNoPlaceholder,
  },
  {
    hint: ["login"],
    pattern: /(?<before>login[^\n|;]{0,100}? -p {1,4}["']?)(?<secret>[^\s"'$-][^\s"'$]{5,200})/g,
    accepts: isNoPlaceholder,
  },
  {
    hint: ["login ", "auth "],
    pattern: /(?<before>(?<![\w-])(?:login|auth) )(?<secret>[\w.-]{20,200})(?![\w.-])/g,
    accepts: isLong,
  },
  {
    hint: ["pass:"],
    pattern: /(?<before>-pass(?:in|out)? pass:)(?<secret>[^\s"'$]{4,100})/g,
    accepts: isNoPlaceholder,
  },
  // wg-quick, JSON Web Keys
  {
    hint: ["privatekey =", "privatekey=", "presharedkey =", "presharedkey="],
    pattern: /(?<before>(?:PrivateKey|PresharedKey) {0,4}= {0,4})(?<secret>[A-Za-z0-9+/]{43}=)/g,
  },
  {
    hint: ['"kty"'],
    pattern: /(?<before>"(?:d|p|q|dp|dq|qi|k)" {0,4}: {0,4}")(?<secret>[\w-]{20,2000})(?=")/g,
    accepts: looksRandom,
  },
  // new Client('…'): a call of something whose name has Client, Auth or login in it, with one made-up argument.
  {
    hint: ["client(", "login(", "auth("],
    pattern:
      /(?<before>(?<![\w$])[\w$.]{0,40}(?:[Cc]lient|[Ll]ogin|[Aa]uth)\(["'`])(?<secret>[\w.-]{20,200})(?=["'`][,)])/g,
    accepts: (secret) => isMixed(secret, 20) && !uuid.test(secret),
  },
];
