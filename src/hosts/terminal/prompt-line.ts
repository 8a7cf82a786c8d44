// The last lines of the terminal: what a turn does right now, and below it the prompt with what is being typed.
// Everything else is printed above them.
import {
  clearScreenDown,
  createInterface,
  cursorTo,
  type Interface,
  type Key,
  moveCursor,
} from "node:readline";
import { cutText } from "../../kit/text.ts";
import type { TerminalIo } from "./chat-command.ts";

export interface PromptHandlers {
  /** What was typed, or pasted as a whole. */
  line(text: string): void;
  interrupt(): void;
  /** Ctrl-D. */
  end(): void;
}

const sign = "> ";
const narrowest = 20;
const usualColumns = 80;
const startBracketing = "\u001b[?2004h";
const endBracketing = "\u001b[?2004l";

export class PromptLine {
  readonly #io: TerminalIo;
  readonly #readline: Interface;
  readonly #isPlain: boolean;
  readonly #onKey = (_: unknown, key: Key | undefined) => this.#readKey(key);
  #live = "";
  #isPasting = false;
  #pasted: string[] = [];
  #isClosed = false;

  constructor(io: TerminalIo, handlers: PromptHandlers) {
    this.#io = io;
    this.#isPlain = io.env.TERM === "dumb";
    this.#readline = createInterface({ input: io.stdin, output: io.stderr, prompt: sign });
    this.#readline.on("line", (line) => this.#takeLine(line, handlers));
    this.#readline.on("SIGINT", () => this.#interrupt(handlers));
    this.#readline.on("close", () => {
      this.#end();
      handlers.end();
    });
    io.stdin.on("keypress", this.#onKey);
    if (!this.#isPlain) io.stderr.write(startBracketing);
  }

  draw(): void {
    if (!this.#isClosed) this.#readline.prompt(true);
  }

  /** `text`: one rendered line; empty to clear it. */
  live(text: string): void {
    const columns = Math.max(this.#io.stderr.columns ?? usualColumns, narrowest);
    const live = cutText(text, columns - 4);
    if (live === this.#live || this.#isClosed || this.#isPlain) return;
    this.#live = live;
    this.above(() => this.#readline.setPrompt(live === "" ? sign : `\u2026 ${live}\n${sign}`));
  }

  /** Runs `print` where live line and prompt stood, and puts them below. `print` ends its last line. */
  above(print: () => void): void {
    if (this.#isClosed || this.#isPlain) {
      print();
      this.draw();
      return;
    }
    this.#clear();
    print();
    // Node 24.21: how many rows drawing goes up first; after a paste that wraps it would be wrong.
    Object.assign(this.#readline, { prevRows: 0 });
    this.draw();
  }

  /** Takes live line and prompt away. */
  close(): void {
    if (this.#isPlain) this.#io.stderr.write("\n");
    else this.#clear();
    this.#end();
    this.#readline.close();
    if (!this.#isPlain) this.#io.stderr.write(endBracketing);
  }

  #clear(): void {
    const { stderr } = this.#io;
    moveCursor(stderr, 0, -this.#readline.getCursorPos().rows);
    cursorTo(stderr, 0);
    clearScreenDown(stderr);
  }

  #end(): void {
    this.#isClosed = true;
    this.#io.stdin.off("keypress", this.#onKey);
  }

  /** A terminal says where pasted text begins and ends; its lines belong to one message. */
  #readKey(key: Key | undefined): void {
    if (key?.name === "paste-start") this.#isPasting = true;
    if (key?.name === "paste-end") this.#isPasting = false;
  }

  #takeLine(line: string, handlers: PromptHandlers): void {
    this.#pasted.push(line);
    if (this.#isPasting) return;
    const text = this.#pasted.join("\n");
    this.#pasted = [];
    this.draw();
    handlers.line(text);
  }

  /** What is half typed is thrown away first, as a shell does; `interrupt` hears of it too. */
  #interrupt(handlers: PromptHandlers): void {
    this.#pasted = [];
    this.#readline.write(null, { ctrl: true, name: "e" });
    this.#readline.write(null, { ctrl: true, name: "u" });
    handlers.interrupt();
  }
}
