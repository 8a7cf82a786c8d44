// Every attack on the terminal: the prompt with piped input, `turn`, `turn --json` and the log of a run, each a process of
// its own on the real Codex.
import { startScriptedModel } from "../../src/demo/scripted-model.ts";
import { showHidden } from "../../src/kit/visible.ts";
import { type CodexHome, makeCodexHome } from "../rigs/codex-home.ts";
import { RunDriver } from "../rigs/run-driver.ts";
import { killLeftovers, TerminalDriver } from "../rigs/terminal-driver.ts";
import { TurnDriver } from "../rigs/turn-driver.ts";
import { escalated, fitParts } from "./asked.ts";
import { type Attack, drawMixtures, listAttacks } from "./attacks.ts";
import { openBait, type SetBait } from "./bait.ts";
import { formatQuietScript } from "./quiet-script.ts";
import type { Score } from "./score.ts";
import { findUnseen } from "./telegram-reader.ts";

export interface TerminalAttackOptions {
  score: Score;
  seed: number;
  mixtures: number;
}

/** What a terminal obeys, and what turns or hides what it shows. */
const findActing = (printed: string) =>
  findUnseen(printed.replace(/[\ue200-\ue202]/g, "")).map(
    () => "the terminal was sent what it obeys or hides",
  );
const join = (attacks: readonly Attack[]) => attacks.map(({ text }) => text).join("\n");
const asProse = (text: string) => showHidden(text.replaceAll("\r\n", "\n"), { mode: "prose", keep: "\n\t" });

export async function attackTerminal(options: TerminalAttackOptions): Promise<void> {
  const bait = await openBait();
  const model = await startScriptedModel();
  const home = makeCodexHome({ modelUrl: model.url });
  try {
    await new TerminalAttacks(options, bait, home).run();
  } finally {
    killLeftovers(home);
    await model.close();
    await bait.close();
    home.remove();
  }
}

class TerminalAttacks {
  readonly #score: Score;
  readonly #bait: SetBait;
  readonly #home: CodexHome;
  readonly #all: Attack[];

  constructor({ score, seed, mixtures }: TerminalAttackOptions, bait: SetBait, home: CodexHome) {
    this.#score = score;
    this.#bait = bait;
    this.#home = home;
    this.#all = [...listAttacks(bait), ...drawMixtures(bait, seed, mixtures)].filter(({ text }) =>
      text.isWellFormed(),
    );
  }

  async run(): Promise<void> {
    const text = `begin\n${join(this.#all)}\nend`;
    await this.#turn(text);
    await this.#turnAsJson(text);
    await this.#log(text);
    await this.#chat(text);
    const fetched = this.#bait.countRequests();
    const row = { kind: "remote images", text: "every address of the list" };
    this.#score.count("terminal: what is fetched", row, fetched === 0 ? [] : [`${fetched} times`]);
  }

  async #turn(text: string): Promise<void> {
    const script = formatQuietScript([{ text }]);
    const turn = new TurnDriver({
      home: this.#home,
      args: ["--cwd", this.#home.workFolder, "-"],
      stdin: script,
    });
    await turn.exited;
    this.#count("terminal: turn", turn.stdout, turn.stderr);
  }

  async #turnAsJson(text: string): Promise<void> {
    const script = formatQuietScript([{ text }]);
    const turn = new TurnDriver({
      home: this.#home,
      args: ["--json", "--cwd", this.#home.workFolder, "-"],
      stdin: script,
    });
    await turn.exited;
    const said = JSON.stringify(turn.events);
    for (const attack of this.#all)
      this.#score.count("terminal: turn --json", attack, [
        ...(said.includes(JSON.stringify(attack.text).slice(1, -1))
          ? []
          : ["not the text that the model wrote"]),
        ...findActing(turn.stdout),
      ]);
  }

  async #log(text: string): Promise<void> {
    const runs = new RunDriver({ home: this.#home });
    const name = await runs.create("--cwd", this.#home.workFolder, "exec", formatQuietScript([{ text }]));
    await runs.run("logs", name, "--follow");
    const { stdout, stderr } = await runs.run("logs", name);
    this.#count("terminal: logs", stdout, stderr);
    await runs.run("delete", name);
  }

  /** A reply, and the questions about commands, which are declined. */
  async #chat(text: string): Promise<void> {
    const chat = new TerminalDriver({ home: this.#home });
    chat.type(`/cx new --cwd ${this.#home.workFolder}`);
    await chat.says(/new thread starts/);
    chat.type(formatQuietScript([{ text }]));
    await chat.reply(/end\n/);
    this.#count("terminal: chat", chat.stdout, chat.stderr);
    for (const attacks of fitParts(this.#all.filter(({ text: each }) => !/['\\^\0]/.test(each)))) {
      const before = chat.stderr.length;
      chat.type(
        formatQuietScript([
          { shell: `true ${join(attacks)}`, extra: escalated("to see") },
          { text: "went on" },
        ]),
      );
      const [, token = ""] = await chat.says(/Question (\S+):[\s\S]*?\/cx no/);
      const shown = chat.stderr.slice(before).replaceAll(/^ {4}/gm, "");
      for (const attack of attacks) {
        const wanted = showHidden(attack.text, { mode: "strict", keep: "\n" });
        this.#score.count("terminal: approvals of commands", attack, [
          ...(shown.includes(wanted) ? [] : [`not seen: ${JSON.stringify(wanted).slice(0, 300)}`]),
          ...findActing(chat.stderr),
        ]);
      }
      chat.type(`/cx no ${token}`);
      await chat.reply(/went on/);
    }
    chat.end();
    await chat.exited;
  }

  #count(surface: string, stdout: string, stderr: string): void {
    for (const attack of this.#all)
      this.#score.count(surface, attack, [
        ...(stdout.includes(asProse(attack.text))
          ? []
          : [`not seen: ${JSON.stringify(asProse(attack.text)).slice(0, 300)}`]),
        ...findActing(stdout + stderr),
      ]);
  }
}
