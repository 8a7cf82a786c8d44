// Writes to the terminal: replies to stdout, everything else to stderr, all of it above the prompt where there is one.
import { terminalText } from "../../chat/words/terminal-text.ts";
import type { HostSender, OutgoingPart } from "../../conversations/host-sender.ts";
import type { Block, Line } from "../../kit/blocks.ts";
import type { TerminalIo } from "./chat-command.ts";
import type { PromptLine } from "./prompt-line.ts";
import { renderText } from "./render.ts";

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
    const repeated = part.maybeRepeated ? [{ say: terminalText.repeated }] : [];
    const to = part.kind === "final" ? this.#io.stdout : this.#io.stderr;
    await this.#print(to, [...repeated, ...part.blocks, ...(part.typed ?? [])]);
    return {};
  }

  /** One sentence, beside what the outbox sends. */
  note(sentence: Line): void {
    this.show([{ say: sentence }]);
  }

  show(blocks: readonly Block[]): void {
    this.#print(this.#io.stderr, blocks).catch(() => {});
  }

  #print(to: Output, blocks: readonly Block[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const write = () => {
      to.write(`${renderText(blocks)}\n`, (error) => (error ? reject(error) : resolve()));
    };
    if (this.prompt) this.prompt.above(write);
    else write();
    return promise;
  }
}

type Output = TerminalIo["stdout"];
