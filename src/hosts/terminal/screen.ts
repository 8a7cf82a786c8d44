// Writes to the terminal: replies to stdout, everything else to stderr, all of it above the prompt where there is one.
import { terminalText } from "../../chat/terminal-text.ts";
import type { HostSender, OutgoingPart } from "../../conversations/host-sender.ts";
import { stripControls } from "../../kit/text.ts";
import type { TerminalIo } from "./chat-command.ts";
import type { PromptLine } from "./prompt-line.ts";

export class Screen implements HostSender {
  readonly #io: TerminalIo;
  readonly #conversation: string;
  /** On a terminal. */
  prompt: Pick<PromptLine, "above"> | undefined;

  constructor(io: TerminalIo, conversation: string) {
    this.#io = io;
    this.#conversation = conversation;
  }

  serves(conversation: string): boolean {
    return conversation === this.#conversation;
  }

  async send(part: OutgoingPart): Promise<{ hostId?: string }> {
    const repeated = part.maybeRepeated ? `${terminalText.repeated}\n` : "";
    await this.#print(part.kind === "final" ? this.#io.stdout : this.#io.stderr, `${repeated}${part.text}`);
    return {};
  }

  note(text: string): void {
    this.#print(this.#io.stderr, text).catch(() => {});
  }

  #print(to: Output, text: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const write = () => {
      to.write(`${stripControls(text)}\n`, (error) => (error ? reject(error) : resolve()));
    };
    if (this.prompt) this.prompt.above(write);
    else write();
    return promise;
  }
}

type Output = TerminalIo["stdout"];
