// The terminal host as a chat of a scenario.
import type { TerminalDriver } from "../terminal-driver.ts";
import type { ScenarioChat } from "./scenario-chat.ts";

/** What is typed in place of a click. */
const typed: readonly [label: string, line: string][] = [
  ["Stop", "/cx stop"],
  ["Yes, this once", "yes"],
  ["No", "no"],
];

export class TerminalChat implements ScenarioChat {
  readonly host = "terminal";
  readonly #driver: TerminalDriver;

  constructor(driver: TerminalDriver) {
    this.#driver = driver;
  }

  say(line: string): void {
    this.#driver.type(line);
  }

  async waitForReply(pattern: RegExp): Promise<string> {
    return (await this.#driver.reply(pattern))[0];
  }

  async waitForNotice(pattern: RegExp): Promise<string> {
    return (await this.#driver.says(pattern))[0];
  }

  async click(label: RegExp): Promise<void> {
    const found = typed.find(([name]) => label.test(name));
    if (!found) throw new Error(`nothing is typed in place of ${label}`);
    this.say(found[1]);
  }

  /** A terminal belongs to the person who opened it. */
  async approveBinding(): Promise<void> {}
}
