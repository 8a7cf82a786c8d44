// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code as it stands in replies is the text under test
import { describe, expect, it } from "vitest";
import { Redactor } from "../../../src/kit/redactor.ts";

// Every secret here is made up; parts are joined so that scanners of repositories stay calm.
const join = (...parts: string[]) => parts.join("");
const random40 = "a8Kd92jfLq0Zx71mNb5Vc3Tr6Yw4Pe2Us9Gh1Jk7";

const secrets: Record<string, string> = {
  "an API key": join("sk-", "proj-", random40),
  "another API key": join("sk-", "ant-api03-", random40, "_", random40),
  "a plain API key": join("sk-", "abcdefghijklmnopqrstuvwx"),
  "a personal token": join("ghp", "_", random40.slice(0, 36)),
  "an OAuth token": join("gho", "_", random40.slice(0, 36)),
  "a fine-grained token": join("github", "_pat_", "11ABCDEFG0", "_", random40),
  "a bot token of a workspace": join("xox", "b-", "123456789012-", random40.slice(0, 24)),
  "a user token of a workspace": join("xox", "p-", "123456789012-", random40.slice(0, 24)),
  "an access key id": join("AKIA", "IOSFODNN7EXAMPLE"),
  "a JWT": join("eyJ", "hbGciOiJIUzI1NiJ9", ".eyJ", "zdWIiOiIxMjM0NTY3ODkwIn0", ".", random40),
  "a bot token": join("123456789", ":", "AAF", random40.slice(0, 32)),
};

describe("secrets by their shape", () => {
  const redactor = new Redactor();

  it.each(Object.entries(secrets))("%s goes, the text around it stays", (_name, secret) => {
    for (const [before, after] of [
      ["", ""],
      ["the key is ", ", keep it"],
      ['{"text":"', '"}'],
      ["first line\\n", "\\nlast line"],
      ["https://example.org/?key=", "&page=2"],
      ["(", ")."],
    ]) {
      expect(redactor.redact(`${before}${secret}${after}`)).toBe(`${before}[redacted]${after}`);
    }
  });

  it.each([
    ["Bearer a8Kd92jfLq0Zx71m", "Bearer [redacted]"],
    ["Authorization: Basic dXNlcjpodW50ZXIyMzQ=", "Authorization: Basic [redacted]"],
    [`curl -H 'authorization: token ${random40}' x`, "curl -H 'authorization: token [redacted]' x"],
    [`{"Authorization":"Bearer ${random40}"}`, '{"Authorization":"Bearer [redacted]"}'],
    [`x-api-key: ${random40}`, "x-api-key: [redacted]"],
    ["postgres://app:hunter2@db.example/main", "postgres://app:[redacted]@db.example/main"],
    ["redis://:s3cr3tpw@cache:6379/0", "redis://:[redacted]@cache:6379/0"],
    [
      join("https://api.telegram.org/bot", secrets["a bot token"] ?? "", "/getMe"),
      "https://api.telegram.org/bot[redacted]/getMe",
    ],
    ["S2-10 OPENAI_API_KEY=correcthorse", "S2-10 OPENAI_API_KEY=[redacted]"],
    ["export DB_PASSWORD='hunter2-prod'", "export DB_PASSWORD='[redacted]'"],
    ["AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY rest", "AWS_SECRET_ACCESS_KEY=[redacted] rest"],
    ["host=db password=hunter2x user=app", "host=db password=[redacted] user=app"],
    [
      "url=https://example.org/x?page=2&token=a1b2c3d4e5#top",
      "url=https://example.org/x?page=2&token=[redacted]",
    ],
    ["tool --client-secret=a1b2c3d4 --verbose", "tool --client-secret=[redacted] --verbose"],
    ['const apiKey = "a1b2c3d4e5f6";', 'const apiKey = "[redacted]";'],
    ['{"refreshToken":"a1b2c3d4e5f6","n":1}', '{"refreshToken":"[redacted]","n":1}'],
    ["spring.datasource.password=s3cr3tpw", "spring.datasource.password=[redacted]"],
  ])("S2-84 %s", (text, expected) => {
    expect(redactor.redact(text)).toBe(expected);
  });

  it("takes a private key out as a block, also when it was cut off or written in one line", () => {
    const line = random40 + random40.slice(0, 24);
    const begin = join("-----BEGIN ", "RSA PRIVATE KEY-----");
    const end = join("-----END ", "RSA PRIVATE KEY-----");
    expect(redactor.redact(`a\n${begin}\n${line}\n${line}==\n${end}\nb`)).toBe("a\n[redacted]\nb");
    expect(redactor.redact(`{"k":"${begin}\\n${line}\\n${end}\\n"}`)).toBe('{"k":"[redacted]\\n"}');
    expect(redactor.redact(`${begin}\n${line}\n${line}\n\nThe log ends.`)).toBe(
      "[redacted]\n\nThe log ends.",
    );
    expect(redactor.redact(`${begin}\n${line}\n${end} and ${begin}\n${line}\n${end}`)).toBe(
      "[redacted] and [redacted]",
    );
  });
});

describe("ordinary text comes out byte-identical (S2-D24)", () => {
  const corpus = [
    "The token count is 4096, and the password prompt appears twice. Ask the author for credentials.",
    "Authorization: see the chapter on authentication. Bearer authentication is described there.",
    "Bearer responsibilities and token-authentication-middleware are explained below.",
    "Use `Authorization: Bearer <token>` or `Authorization: Bearer ${token}`.",
    "commit 3f2a9c1d8e7b6a5f4c3d2e1f0a9b8c7d6e5f4a3b (HEAD -> main, origin/main)",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "thread 0192f1c4-7d2e-7abc-9def-0123456789ab, turn 550e8400-e29b-41d4-a716-446655440000",
    "token: 550e8400-e29b-41d4-a716-446655440000",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "/usr/local/lib/node_modules/@openai/codex/bin/codex.js:42:17",
    "C:\\Users\\me\\.codex\\auth.json and ~/.codex/config.toml",
    "interface Login { password: string; token?: string; apiKey: string | undefined }",
    "function login({ password, token }: { password: string; token: string }): Promise<void>;",
    'const token = getToken(); const auth = request.headers.authorization ?? "";',
    "client = Client(token=settings.github_token, password=password1, api_key=os.environ['OPENAI_API_KEY'])",
    'headers: { Authorization: `Bearer ${process.env.API_TOKEN}`, "content-type": "application/json" }',
    "max_tokens=4096 input_tokens=120345 total_tokens=99 tokenizer=AutoTokenizer author=John2024Smith",
    "OPENAI_API_KEY=$KEY GITHUB_TOKEN=${{ secrets.GITHUB_TOKEN }} TOKEN=<your-token> PASSWORD=******** SECRET=xxxxxxxx",
    "AUTH_MODE=chatgpt SECRET_NAME=my-app-2024 TOKEN_FILE=/run/secrets/token1 token_type=bearer1x AUTH_TIMEOUT_MS=30000",
    "OPENAI_API_KEY= and an empty PASSWORD= are refused",
    "if (token === undefined || password == null) throw new Error('token missing');",
    '{"usage":{"totalTokens":1234,"cachedInputTokens":1000},"requiresOpenaiAuth":true,"authMode":"chatgpt"}',
    "class sk-folding-cube sk-fading-circle-container sk-three-bounce-child-2",
    "git clone https://github.com/openai/codex.git && open http://localhost:3000/@scope/pkg and mailto:a@b.example",
    "postgres://user:password@localhost/db, https://user:${PASS}@host and redis://user:<pw>@host are placeholders",
    "12:34:56 1700000000:started 10.0.0.1:8080 ::1 2001:db8::8a2e:370:7334",
    "@@ -1,7 +1,9 @@ export const tokens = tokenize(source); // secret sauce: see credential-helper.md",
    "A key begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----, with base64 between.",
    "the risk-averse task-list, disk-usage-2024 and eyJhbGciOiJIUzI1NiJ9 alone",
    "Das Passwort: geheim. パスワード: 秘密。 ‏كلمة السر‏ \u2028 👩‍👩‍👧‍👦 password reset",
    "npm WARN token-types@6.0.0 requires peer @tokenizer/token@^0.3.0 sha512-zs5RAEMGmxQEA8wRBIdGBVXUFy1v1hUGDSA+bIRzwlOn",
    "| secret | token | password |\n|---|---|---|\n| yes | no | maybe |",
    "auth=false, token=null, password: '', secret: \"string\", credential = 'required'",
  ];

  it.each(corpus)("%s", (text) => {
    const redactor = new Redactor({ values: ["a-known-value-nobody-uses"] });
    expect(redactor.redact(text)).toBe(text);
    expect(redactor.redactDeep({ text }).text).toBe(text);
  });

  it("keeps this project's own words in structures", () => {
    const event = {
      threadId: "0192f1c4-7d2e-7abc-9def-0123456789ab",
      authMode: "apikey",
      tokens: { total: "12a34567" },
    };
    expect(new Redactor().redactDeep(event)).toBe(event);
  });
});

describe("known secrets", () => {
  it("are replaced exactly, as they are and as JSON and URLs spell them", () => {
    const value = 'p&ss "wörd"\n/1';
    const redactor = new Redactor({ values: [value] });
    expect(redactor.redact(`a ${value} b`)).toBe("a [redacted] b");
    expect(redactor.redact(JSON.stringify({ a: value }))).toBe('{"a":"[redacted]"}');
    expect(redactor.redact(`?x=${encodeURIComponent(value)}&y`)).toBe("?x=[redacted]&y");
  });

  it("can be learnt later; the longer of two that begin alike goes whole", () => {
    const redactor = new Redactor();
    expect(redactor.redact("correct horse battery")).toBe("correct horse battery");
    redactor.learn("correct horse");
    redactor.learn("correct horse battery");
    expect(redactor.redact("correct horse battery, correct horse")).toBe("[redacted], [redacted]");
  });

  it("shorter than 8 characters are left alone, they would destroy normal text", () => {
    expect(new Redactor({ values: ["main", "", "redacted"] }).redact("main [redacted]")).toBe(
      "main [redacted]",
    );
  });

  it("S2-84 leave structures too: values, member names, and values under a secret-like name", () => {
    const redactor = new Redactor({ values: ["hunter2hunter2"] });
    const copy = redactor.redactDeep({
      list: ["x hunter2hunter2", 1, null],
      "n hunter2hunter2": true,
      nested: { apiKey: "a1b2c3d4", token: "say when", password: "x-hunter2hunter2-y" },
    });
    expect(copy).toEqual({
      list: ["x [redacted]", 1, null],
      "n [redacted]": true,
      nested: { apiKey: "[redacted]", token: "say when", password: "[redacted]" },
    });
  });
});

describe("long text", () => {
  // A pattern that goes over the text again for every start needs minutes for these, not milliseconds.
  const megabyte = (unit: string) => unit.repeat(Math.ceil(1_000_000 / unit.length));
  it.each([
    "a",
    "a.",
    "eyJ",
    "eyJaaaaaaaaa.",
    "-",
    "sk-",
    "a://",
    "a://b:",
    "token",
    "token=",
    "token-",
    "token: ",
    "Bearer ",
    "authorization: ",
    "1",
    "1:",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n",
    "\\n",
    " ",
    "\n",
    "'",
    'password="',
    "-----BEGIN ",
    `${"-----BEGIN PRIVATE KEY-----".repeat(1_000)}-----END PRIVATE KEY-----`,
    "-----END PRIVATE KEY----- -----BEGIN PRIVATE KEY-----aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
  ])(
    "1 MB of %j is read once",
    (unit) => {
      const redactor = new Redactor({ values: ["aaaaaaaaaaaab", "token=token=tokem"] });
      const text = megabyte(unit);
      expect(redactor.redact(text).length).toBeGreaterThan(0);
    },
    10_000,
  );
});
