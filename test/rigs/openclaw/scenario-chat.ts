// What a person can do in any host, so that one scenario serves the terminal and the gateway.
export interface ScenarioChat {
  readonly host: "terminal" | "gateway";
  say(text: string): unknown;
  /** Waits for what Codex answered, and reads it: the same text is not found twice. */
  waitForReply(pattern: RegExp): Promise<string>;
  /** The same for everything else that is told. */
  waitForNotice(pattern: RegExp): Promise<string>;
  /** Clicks a button; where there are none, types what is typed in its place. */
  click(label: RegExp): Promise<unknown>;
  /** Lets the plugin have the chat, where the host asks for that. */
  approveBinding(): Promise<void>;
}
