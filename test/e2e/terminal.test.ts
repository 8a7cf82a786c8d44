// The terminal host over pipes, as a person or a script uses it, on the real Codex with the scripted model.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { home, model, useFreshHomes } from "../rigs/fresh-homes.ts";
import { buildStateDirectory, findLeftovers, TerminalDriver } from "../rigs/terminal-driver.ts";
import { until } from "../rigs/until.ts";

useFreshHomes();

const script = (...steps: unknown[]) => `SCRIPT${JSON.stringify(steps)}`;

async function finish(host: TerminalDriver, code = 0): Promise<void> {
  host.end();
  expect(await host.exited).toEqual({ code, signal: null });
}

describe("piped", () => {
  test("replies alone on stdout, in order; the end of input waits for what runs; nothing is left behind [TERM-17c TERM-17d TERM-17e]", async () => {
    const host = new TerminalDriver({ home });
    host.type("/cx new");
    host.type(script({ text: "first reply" }));
    host.type(script({ shell: "echo made > made.txt" }, { text: "second reply" }));
    host.type("/cx");
    await finish(host);
    expect(host.stdout).toBe("first reply\nsecond reply\n");
    expect(readFileSync(join(home.workFolder, "made.txt"), "utf8")).toBe("made\n");
    await until(() => findLeftovers(home).length === 0);
  });

  test("a failed turn is told and is no failure of the host; the next message runs [TERM-17e]", async () => {
    const host = new TerminalDriver({ home });
    host.type("/cx new");
    host.type(script({ status: 400, body: { error: { message: "the model is not known" } } }));
    host.type(script({ text: "fine again" }));
    await finish(host);
    expect(host.stdout).toMatch(/the model is not known[\s\S]*fine again/);
  });

  test("a command does not wait behind a turn [CONV-15o]", async () => {
    const host = new TerminalDriver({ home });
    host.type("/cx new");
    host.type(script({ text: "slow reply", hold: "slow" }));
    await model.held("slow");
    host.type("/cx queue");
    host.type("/cx help");
    await host.says(/resume/);
    expect(host.stdout).toBe("");
    model.release("slow");
    await host.reply(/slow reply/);
    await finish(host);
  });

  test("a question is answered from the conversation; with words it tells Codex what to do instead [TURN-11e TURN-11f]", async () => {
    const ask = (file: string) => ({
      shell: `touch ${file}`,
      extra: { sandbox_permissions: "require_escalated", justification: "it has to be there" },
    });
    const host = new TerminalDriver({ home });
    host.type("/cx new");
    host.type(script(ask("yes.txt"), { text: "went on after yes" }));
    await host.says(/it has to be there/);
    host.type("yes");
    await host.reply(/went on after yes/);
    host.type(script(ask("no.txt"), { text: "went on after no" }));
    await host.says(/it has to be there/);
    host.type("/cx no write to a different file");
    await host.reply(/went on after no|script/i);
    await finish(host);
    expect(() => statSync(join(home.workFolder, "no.txt"))).toThrow();
    expect(statSync(join(home.workFolder, "yes.txt")).isFile()).toBe(true);
    expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain("write to a different file");
  });

  test("when the input has ended nobody can be asked: declined, and said [TURN-11h]", async () => {
    const host = new TerminalDriver({ home });
    host.type("/cx new");
    host.type(
      script(
        {
          shell: "touch nobody.txt",
          extra: { sandbox_permissions: "require_escalated", justification: "please" },
        },
        { text: "went on alone" },
      ),
    );
    await finish(host);
    expect(host.stdout).toContain("went on alone");
    expect(host.stderr).toMatch(/declined/i);
    expect(() => statSync(join(home.workFolder, "nobody.txt"))).toThrow();
  });

  test("Ctrl-C stops the running turn and keeps the conversation; a second one leaves [TERM-17b]", async () => {
    const host = new TerminalDriver({ home });
    host.type("/cx new");
    host.type(script({ shell: "echo $$ > pid.txt; sleep 1000" }, { text: "never" }));
    await until(
      () => statSync(join(home.workFolder, "pid.txt"), { throwIfNoEntry: false })?.size !== undefined,
    );
    host.signal("SIGINT");
    await host.reply(/stopped/i);
    host.signal("SIGINT");
    expect((await host.exited).code).toBe(130);
    await until(() => findLeftovers(home).length === 0);
  });

  test("when nobody reads the replies any more it leaves, saying so; the unread reply comes at the next start", async () => {
    const host = new TerminalDriver({ home });
    host.type("/cx new");
    host.type(script({ text: "read" }));
    await host.reply(/read/);
    host.stopReading();
    host.type(script({ text: "unread" }));
    expect((await host.exited).code).toBe(1);
    expect(host.stderr).toMatch(/Nobody reads the replies any more/);
    const next = new TerminalDriver({ home });
    await next.reply(/unread/);
    await finish(next);
  });

  test("two conversations of one terminal keep apart, and a binding outlives the process [CONV-13a TERM-17g]", async () => {
    const first = new TerminalDriver({ home, args: ["--conversation", "one"] });
    first.type("/cx new");
    first.type(script({ text: "in one" }));
    await finish(first);
    const second = new TerminalDriver({ home, args: ["--conversation", "two"] });
    second.type("hello?");
    await second.says(/\/cx new/);
    await finish(second);
    const third = new TerminalDriver({ home, args: ["--conversation", "one"] });
    third.type(script({ text: "still in one" }));
    await finish(third);
    expect([first.stdout, second.stdout, third.stdout]).toEqual(["in one\n", "", "still in one\n"]);
    expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain("in one");
  });
});

describe("bad input is a clear error and changes nothing", () => {
  test("a second process on the same state directory is told who holds it [CONV-13b TERM-17f]", async () => {
    const first = new TerminalDriver({ home });
    first.type("/cx help");
    await first.says(/resume/);
    const second = new TerminalDriver({ home });
    await second.says(new RegExp(String(first.pid)));
    expect((await second.exited).code).toBe(1);
    await finish(first);
  });

  test("a damaged state file is left as it is [SHOW-4d TERM-17f]", async () => {
    const state = buildStateDirectory(home);
    mkdirSync(state, { mode: 0o700 });
    writeFileSync(join(state, "threads.sqlite"), "this is not a database, whatever it was");
    const host = new TerminalDriver({ home });
    await host.says(/damaged/i);
    expect((await host.exited).code).toBe(1);
    expect(readFileSync(join(state, "threads.sqlite"), "utf8")).toContain("whatever it was");
  });

  test("no codex on the machine: what to install is said at once [SRV-3c TERM-17f]", async () => {
    const settings = join(buildStateDirectory(home), "settings.json");
    mkdirSync(buildStateDirectory(home), { mode: 0o700 });
    writeFileSync(settings, JSON.stringify({ codexBinary: "/nowhere/codex" }));
    const host = new TerminalDriver({ home });
    await host.says(/\/nowhere\/codex/);
    expect((await host.exited).code).toBe(1);
  });

  test("a config.toml that Codex cannot read is said with the message, and the next message works once it is repaired [SHOW-4c]", async () => {
    const config = join(home.codexHome, "config.toml");
    const good = readFileSync(config, "utf8");
    writeFileSync(config, `${good}\nthis is = = broken`);
    const host = new TerminalDriver({ home });
    host.type("/cx new");
    host.type(script({ text: "never" }));
    await host.reply(/config\.toml/);
    writeFileSync(config, good);
    host.type(script({ text: "repaired" }));
    await host.reply(/repaired/);
    await finish(host);
  });

  test("mistyped commands, unknown threads and bad folders [SHOW-4a SHOW-4b CONV-15n]", async () => {
    const host = new TerminalDriver({ home });
    host.type("/cx nwe");
    await host.says(/`?new`?\?|\bnew\b/);
    host.type("/cx resume 01a1fc31-0000-7000-8000-000000000000");
    await host.says(/01a1fc31-0000-7000-8000-000000000000/);
    host.type("/cx resume nothing-like-this");
    await host.says(/nothing-like-this/);
    host.type("/cx new --cwd /no/such/folder");
    await host.says(/\/no\/such\/folder/);
    host.type("/cx new --cwd /");
    await host.says(/folder/i);
    host.type("hello?");
    await host.says(/\/cx new/);
    await finish(host);
    expect(host.stdout).toBe("");
  });

  test("a folder that is gone is said, nothing runs elsewhere [SHOW-4b]", async () => {
    const folder = join(home.workFolder, "gone");
    mkdirSync(folder);
    const host = new TerminalDriver({ home });
    host.type(`/cx new --cwd ${folder}`);
    host.type(script({ text: "there" }));
    await host.reply(/there/);
    rmSync(folder, { recursive: true });
    const before = model.requests.length;
    host.type("again");
    await host.reply(/gone/);
    expect(model.requests.length).toBe(before);
    await finish(host);
  });
});

test("the demo replies without a login, in a home of its own [TERM-18a]", async () => {
  rmSync(home.codexHome, { recursive: true });
  const host = new TerminalDriver({ home, env: { CODEX_HOME: "" } });
  await host.says(/demo/i);
  host.type("/cx new");
  host.type("hello there");
  await host.reply(/scripted|demo/i);
  await finish(host);
  expect(() => statSync(join(home.home, ".codex"))).toThrow();
});
