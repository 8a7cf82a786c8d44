// One person in one chat of the fake Telegram: says, clicks, and reads what the bot answers there.
import type { FakeTelegram, SayOptions } from "./fake-telegram.ts";
import { personId } from "./fake-telegram.ts";
import type { ScenarioChat } from "./scenario-chat.ts";
import type { BotMessage, Button } from "./telegram-shapes.ts";

export type ChatPlace = Pick<SayOptions, "from" | "chat" | "topic">;

export class TelegramChat implements ScenarioChat {
  readonly host = "gateway";
  readonly #telegram: FakeTelegram;
  readonly #place: ChatPlace;
  readonly #read = new Set<BotMessage>();

  constructor(telegram: FakeTelegram, place: ChatPlace = {}) {
    this.#telegram = telegram;
    this.#place = place;
  }

  say(text: string, options: Omit<SayOptions, keyof ChatPlace> = {}): number {
    return this.#telegram.say(text, { ...this.#place, ...options });
  }

  /** What was shown in this chat and not read yet, the oldest first. */
  get unread(): BotMessage[] {
    return this.#telegram.sent.filter((each) => this.#isHere(each) && !this.#read.has(each));
  }

  /** Waits for a message that was not read yet, and reads it; others stay unread. */
  async read(pattern: RegExp): Promise<BotMessage> {
    const message = await this.#telegram.waitFor(
      (each) => this.#isHere(each) && !this.#read.has(each) && pattern.test(each.text),
    );
    this.#read.add(message);
    return message;
  }

  async waitForReply(pattern: RegExp): Promise<string> {
    return (await this.read(pattern)).text;
  }

  waitForNotice(pattern: RegExp): Promise<string> {
    return this.waitForReply(pattern);
  }

  /**
   * Clicks the button on the message that was read last, or on the first one that comes after it; waits until there is
   * one. Returns it, for a second click.
   */
  async click(label: RegExp, from = this.#place.from ?? personId): Promise<Button> {
    const readLast = Math.max(0, ...[...this.#read].map(({ number }) => number));
    const fits = (button: Button) => label.test(button.label);
    const { buttons } = await this.#telegram.waitFor(
      (message) => this.#isHere(message) && message.buttons.some(fits),
      readLast - 1,
    );
    const button = buttons.find(fits);
    if (!button) throw new Error(`no button ${label}`);
    this.#telegram.click(button, { from });
    return button;
  }

  /** OpenClaw asks the person itself before a plugin may have the chat. */
  async approveBinding(): Promise<void> {
    await this.click(/allow once/i);
    await this.waitForNotice(/Allowed/);
  }

  #isHere({ chat, topic }: BotMessage): boolean {
    const { from = personId, chat: own = from, topic: ownTopic } = this.#place;
    return chat === own && topic === ownTopic;
  }
}
