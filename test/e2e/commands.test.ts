// The commands of a conversation on the real Codex, and what the host keeps away from: the person's files, and secrets.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { formatScript, type Step } from "../../src/demo/script.ts";
import { BareClient } from "../rigs/bare-client.ts";
import { home, model, useFreshHomes } from "../rigs/fresh-homes.ts";
import { TerminalDriver } from "../rigs/terminal-driver.ts";

useFreshHomes();

async function finish(host: TerminalDriver): Promise<void> {
  host.end();
  expect(await host.exited).toEqual({ code: 0, signal: null });
}

/** Another program of the person, with a server of its own that ends with `work`. */
async function asTerminal<T>(work: (terminal: BareClient) => Promise<T>): Promise<T> {
  const terminal = await BareClient.overStdio(home.env, home.workFolder);
  try {
    return await work(terminal);
  } finally {
    await terminal.close();
  }
}

/** A thread that the person has made elsewhere; one turn: these words, this reply. */
async function makeThread(terminal: BareClient, words: string, params = {}): Promise<string> {
  const threadId = await terminal.startThread({ cwd: home.workFolder, ...params });
  await terminal.runTurn(threadId, `${words} ${formatScript({ text: `reply to ${words}` })}`);
  return threadId;
}

function hashAll(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [relative(folder, file), createHash("sha256").update(readFileSync(file)).digest("hex")];
    }),
  );
}

test("threads of other programs are listed and resumed by number, id, unique beginning and name; the card shows them [CONV-15b CONV-15d CONV-15f CONV-15h CONV-15j CONV-15l TURN-8e]", async () => {
  const [plain, named, full] = await asTerminal(async (terminal) => {
    const first = await makeThread(terminal, "tidy the shed");
    const second = await makeThread(terminal, "write the notes");
    await terminal.request("thread/name/set", { threadId: second, name: "Release notes" });
    const third = await makeThread(terminal, "anything goes", { sandbox: "danger-full-access" });
    const archived = await makeThread(terminal, "long ago");
    await terminal.request("thread/archive", { threadId: archived });
    return [first, second, third] as const;
  });

  const host = new TerminalDriver({ home });
  host.type("/cx sessions");
  await host.says(
    /1\. anything goes[\s\S]*2\. Release notes\n[\s\S]*3\. tidy the shed[\s\S]*Hidden: 1 archived/,
  );
  host.type("/cx sessions tidy --page 1");
  await host.says(/^1\. tidy the shed[\s\S]*?`\/cx resume <number>`/m);
  expect(host.stderr.match(/Release notes/g)).toHaveLength(1);

  host.type("/cx resume 1");
  await host.says(
    new RegExp(
      `Bound here: thread \`${plain}\`\\.\\nYou: tidy the shed[^\\n]*\\nCodex: reply to tidy the shed\\nLast used: .* in ${home.workFolder} on `,
    ),
  );
  host.type("/cx");
  await host.says(
    new RegExp(
      `Thread: \`${plain}\`\\nFolder: ${home.workFolder} on \\S+\\nServer: our private server.*\\nIn force: model scripted.*\\nTurn: none is running\\nQueue: 0 waiting\\nIn a terminal: \`codex `,
    ),
  );
  host.type("/cx model");
  await host.says(/- scripted \(current/);
  host.type("/cx effort high");
  await host.says(/Effort high from the next turn on/);
  host.type("/cx");
  await host.says(/From the next turn on: effort high/);
  host.type(formatScript({ text: "with effort" }));
  await host.reply(/with effort/);
  host.type("/cx");
  await host.says(/In force: model scripted, effort high/);

  host.type("/cx detach");
  await host.says(new RegExp(`Detached\\. Thread \`${plain}\` stays`));
  await asTerminal((terminal) => terminal.request("thread/resume", { threadId: plain }));

  host.type("/cx resume release");
  await host.says(new RegExp(`Bound here: thread \`${named}\` "Release notes"`));
  host.type(`/cx resume ${plain}`);
  await host.says(new RegExp(`Bound here: thread \`${plain}\``));
  host.type(`/cx resume ${named.slice(0, -1)}`);
  await host.says(new RegExp(`Bound here: thread \`${named}\``));
  host.type(`/cx resume ${plain.slice(0, 4)}`);
  await host.says(/Several sessions fit[\s\S]*Write more of the id/);

  host.type(`/cx resume ${full}`);
  await host.says(
    /full access, or never asks[\s\S]*sandbox danger-full-access[\s\S]*Bind it here\?\n.*\/cx no \w+`/,
  );
  host.type("no");
  await host.says(/Nothing was bound/);
  host.type("/cx");
  await host.says(new RegExp(`Thread: \`${named}\``));
  host.type(`/cx resume ${full}`);
  await host.says(/Bind it here\?\n.*\/cx no \w+`/);
  host.type("yes");
  await host.says(new RegExp(`Bound here: thread \`${full}\`[\\s\\S]*sandbox danger-full-access`));
  await finish(host);
  expect(host.stdout).toBe("with effort\n");
});

test("the queue is listed, and taken back one by one or whole; words are steered into the running turn [CONV-15i CONV-15o TURN-10c]", async () => {
  const host = new TerminalDriver({ home });
  mkdirSync(join(home.home, "project"));
  host.type("/cx new --cwd ~/project");
  await host.says(new RegExp(`Folder: ${home.home}/project on `));
  host.type(formatScript({ shell: "true", hold: "steered" }, { text: "heard you" }));
  await model.held("steered");
  for (const words of ["second", "third", "fourth", "fifth"]) host.type(words);
  await host.says(/Queued behind 4\./);
  host.type("/cx queue");
  await host.says(/1\. second \(.*\)\n2\. third \(.*\)\n3\. fourth \(.*\)\n4\. fifth/);
  host.type("/cx queue drop 2");
  await host.says(/Taken back: message 2/);
  host.type("/cx queue drop 9");
  await host.says(/no message 9 waits here/);
  host.type("/cx queue");
  await host.says(/1\. second \(.*\)\n2\. fourth \(.*\)\n3\. fifth/);
  host.type("/cx queue clear");
  await host.says(/Taken back: 3 messages/);
  host.type("/cx steer mind the gap");
  await host.says(/Added to the running turn/);
  model.release("steered");
  await host.reply(/heard you/);
  await finish(host);
  expect(host.stdout).toBe("heard you\n");
  expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain("mind the gap");
});

test("a second conversation on the same thread is asked about first, and replies go to who asked [CONV-14d]", async () => {
  const first = new TerminalDriver({ home, args: ["--conversation", "one"] });
  first.type("/cx new");
  first.type(formatScript({ text: "for one" }));
  await first.reply(/for one/);
  first.type("/cx");
  const [, threadId = ""] = await first.says(/Thread: `(\S+)`/);
  await finish(first);

  const second = new TerminalDriver({ home, args: ["--conversation", "two"] });
  second.type(`/cx resume ${threadId}`);
  await second.says(/another conversation holds this thread too[\s\S]*Bind it here\?\n.*\/cx no \w+`/);
  second.type("yes");
  await second.says(new RegExp(`Bound here: thread \`${threadId}\``));
  second.type(formatScript({ text: "for two" }));
  await second.reply(/for two/);
  await finish(second);

  const again = new TerminalDriver({ home, args: ["--conversation", "one"] });
  again.type(formatScript({ text: "for one again" }));
  await again.reply(/for one again/);
  await finish(again);
  expect([second.stdout, again.stdout]).toEqual(["for two\n", "for one again\n"]);
});

test("--demo with a login and a shared state touches nothing of the person's [TERM-18b TERM-18c]", async () => {
  writeFileSync(join(home.codexHome, "auth.json"), JSON.stringify({ OPENAI_API_KEY: "sk-of-the-person" }));
  const before = [hashAll(home.codexHome), hashAll(home.workFolder)];
  const host = new TerminalDriver({ home, args: ["--demo"] });
  await host.says(/^Demo: [^\n]*\n/);
  host.type("/cx new");
  host.type(formatScript({ text: "canned" }));
  await host.reply(/canned/);
  host.type("/cx");
  await host.says(/Server: a child process/);
  await finish(host);
  expect([hashAll(home.codexHome), hashAll(home.workFolder)]).toEqual(before);
});

test("a new thread in a git repository leaves config.toml and rules as they are, through a yes and a no too [TURN-8a TURN-8b]", async () => {
  execFileSync("git", ["init", "--quiet"], { cwd: home.workFolder, env: home.env });
  const rules = join(home.codexHome, "rules");
  mkdirSync(rules);
  writeFileSync(join(rules, "default.rules"), 'prefix_rule(pattern=["ls"], decision="allow")\n');
  const read = () => [readFileSync(join(home.codexHome, "config.toml"), "utf8"), hashAll(rules)];
  const before = read();
  const ask: Step = {
    shell: "touch asked.txt",
    extra: { sandbox_permissions: "require_escalated", justification: "to see" },
  };
  const host = new TerminalDriver({ home });
  host.type("/cx new --model scripted");
  await host.says(/Asked for: model scripted, sandbox workspace-write, approvals on-request/);
  host.type("/cx sessions");
  await host.says(/No sessions found/);
  for (const answer of ["yes", "no"]) {
    host.type(formatScript(ask, { text: `after ${answer}` }));
    await host.says(/Question `\w+`: [\s\S]*touch asked\.txt/);
    host.type(answer);
    await host.reply(new RegExp(`after ${answer}`));
  }
  host.type("/cx sessions");
  await host.says(/1\. .*SCRIPT[\s\S]*bound here/);
  await finish(host);
  expect(read()).toEqual(before);
});

describe.each(["socket", "stdio"])("secrets of the host, over %s", (server) => {
  test("no command of Codex sees them, no reply and no log shows them [SRV-4g SRV-7a]", async () => {
    const secret = "sk-proj-0123456789abcdefghijklmnopqrstuv";
    const env = {
      OPENAI_API_KEY: secret,
      TELEGRAM_BOT_TOKEN: "4242424242:AAabcdefghijklmnopqrstuvwxyz0123456",
    };
    const host = new TerminalDriver({ home, args: ["--server", server], env });
    host.type("/cx new");
    host.type(formatScript({ shell: "env; echo ran $((6 * 7))" }, { text: `the key is ${secret}, is it?` }));
    await host.reply(/the key is .*, is it\?/);
    host.type(`/cx ${secret}`);
    await host.says(/There is no command/);
    await finish(host);
    const seen = JSON.stringify(model.requests.at(-1)?.body.input);
    expect(seen).toMatch(/PATH=[\s\S]*ran 42/);
    expect(seen.replace(/SCRIPT\[.*?is it\?/, "")).not.toMatch(
      /OPENAI_API_KEY|TELEGRAM_BOT_TOKEN|4242424242/,
    );
    const log = readdirSync(join(home.home, "state")).filter((name) => name.endsWith(".log"));
    const logs = log.map((name) => readFileSync(join(home.home, "state", name), "utf8"));
    expect([host.stdout, host.stderr, ...logs].join("\n")).not.toContain(secret);
  });
});
