// The terminal host on a pseudo-terminal: what a person sees and which keys do what.
import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatScript } from "../../src/demo/script.ts";
import { home, model, useFreshHomes } from "../rigs/fresh-homes.ts";
import { findLeftovers, TerminalDriver } from "../rigs/terminal-driver.ts";
import { keys, TtyDriver } from "../rigs/tty-driver.ts";
import { until } from "../rigs/until.ts";

useFreshHomes();

test("a prompt; a live line above it while a turn runs, neither overwriting what is half typed; replies above both [TERM-17a TERM-17b]", async () => {
  const host = new TtyDriver(home);
  await host.shows(/`\/cx new` starts a thread here[\s\S]*\n>$/);
  host.type("/cx new");
  await host.shows(/your first message/);
  host.type(formatScript({ shell: "sleep 1000 & wait" }, { text: "never" }));
  await host.shows(/\n… sleep 1000 & wait\n>$/);
  host.press("half of a message");
  await host.shows(/\n… sleep 1000 & wait\n> half of a message$/);
  host.press(keys.interrupt);
  await host.shows(/Stopping the turn[\s\S]*\nStopped\.\n(?!…)[^\n]*>$/);
  expect(host.screen.match(/Stopped\./g)).toHaveLength(1);

  const long = "a message that does not fit into one row ".repeat(4).trim();
  host.type(formatScript({ text: "while typing", hold: "typing" }));
  await model.held("typing");
  await host.shows(/\n… thinking\n>$/);
  host.press(long);
  await host.shows(/\n… thinking\n> a message[^\n]*\n[^\n]*one row$/);
  model.release("typing");
  const screen = await host.shows(/while typing\n> a message/);
  expect(screen.replaceAll("\n", "")).toContain(`while typing> ${long}`);
  expect(screen).not.toContain("… thinking");
  host.press(keys.interrupt);
  await host.shows(/Nothing runs here[^\n]*\n>$/);
  host.press(keys.interrupt);
  expect(await host.exited).toBe(130);
});

test("a command of the conversation says that it stopped just once; pasted lines are one message", async () => {
  const host = new TtyDriver(home);
  host.type("/cx new");
  host.type(formatScript({ text: "never", hold: "stopped" }));
  await model.held("stopped");
  host.type("/cx stop");
  await host.shows(/Stopped\./);
  host.press("\u001b[200~first line\rsecond line\u001b[201~");
  host.type(` ${formatScript({ text: "read both lines" })}`);
  await host.shows(/read both lines\n>$/);
  expect(host.screen.match(/Stopped\./g)).toHaveLength(1);
  expect(JSON.stringify(model.requests.at(-1)?.body.input)).toContain("first line\\nsecond line SCRIPT");
  host.press(keys.end);
  expect(await host.exited).toBe(0);
  expect(host.screen).not.toMatch(/goes on|waits/);
  await until(() => findLeftovers(home).length === 0);
});

describe("Ctrl-D while a turn runs leaves, and what is said of the turn is true", () => {
  test("on a private server it goes on, and the reply comes at the next start; what waits is sent then", async () => {
    const host = new TtyDriver(home);
    host.type("/cx new");
    host.type(formatScript({ text: "came late", hold: "private" }));
    await model.held("private");
    host.type(formatScript({ text: "came after it" }));
    await host.shows(/Queued behind 1/);
    host.press(keys.end);
    expect(await host.exited).toBe(0);
    expect(host.screen).toMatch(/The turn goes on without this terminal[\s\S]*1 message waits; it is sent/);
    model.release("private");
    const next = new TerminalDriver({ home });
    await next.reply(/came late[\s\S]*came after it/);
    next.end();
    expect((await next.exited).code).toBe(0);
  });

  test("as a child process it ends, and the next start asks whether to send the message again", async () => {
    const host = new TtyDriver(home, ["--server", "stdio"]);
    host.type("/cx new");
    host.type(formatScript({ text: "never", hold: "child" }));
    await model.held("child");
    host.press(keys.end);
    expect(await host.exited).toBe(0);
    expect(host.screen).toMatch(/The turn ends with this terminal/);
    await until(() => findLeftovers(home).length === 0);
    const next = new TerminalDriver({ home, args: ["--server", "stdio"] });
    await next.says(/was cut off[\s\S]*Send it again\?/);
    next.end();
    expect((await next.exited).code).toBe(0);
  });
});

test("the demo shows its one line and no warning of Codex about a model that it does not know [TERM-18a]", async () => {
  rmSync(home.codexHome, { recursive: true });
  const host = new TtyDriver({ ...home, env: { ...home.env, CODEX_HOME: "" } });
  await host.shows(/^Demo: [^\n]*`codex login`[\s\S]*\n>$/);
  host.type("/cx new");
  host.type("hello there");
  await host.shows(/scripted demo model[\s\S]*\n>$/);
  expect(host.screen).not.toMatch(/metadata|warning/i);
  host.press(keys.end);
  expect(await host.exited).toBe(0);
});
