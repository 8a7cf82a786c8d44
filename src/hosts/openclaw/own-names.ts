// Under which names the services mention us. The host tells them when it is asked for the state of its channels, and
// beside a message in some hooks; none of them is needed.
import { z } from "zod";
import type { Clock } from "../../kit/clock.ts";
import type { Log } from "../../kit/log.ts";
import type { ToolsModule } from "./sdk-modules.ts";

const statusSchema = z.object({
  channelAccounts: z.record(
    z.string(),
    z.array(
      z.object({
        accountId: z.string(),
        probe: z
          .object({
            bot: z.object({
              id: z.union([z.string(), z.number()]).nullish(),
              username: z.string().nullish(),
            }),
          })
          .optional()
          // Other channels have other shapes.
          .catch(undefined),
      }),
    ),
  ),
});

/** Names change seldom, and asking costs each channel a call. */
const askAgainMs = 10 * 60_000;

export class OwnNames {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #tools: ToolsModule | undefined;
  readonly #names = new Map<string, readonly string[]>();
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor({ clock, log, tools }: { clock: Clock; log: Log; tools: ToolsModule | undefined }) {
    this.#clock = clock;
    this.#log = log;
    this.#tools = tools;
  }

  /** Empty as long as the host has not told. */
  find(channel: string, account = "default"): readonly string[] {
    const names = this.#names.get(buildKey(channel, account));
    if (names === undefined) void this.ask();
    return names ?? [];
  }

  learn(channel: string, account: string | undefined, name: string | undefined): void {
    const key = buildKey(channel, account ?? "default");
    if (name && !this.#names.get(key)?.includes(name)) this.#names.set(key, [name]);
  }

  /** Never throws. */
  async ask(): Promise<void> {
    const now = this.#clock.now();
    if (!this.#tools || now - this.#askedAt < askAgainMs) return;
    this.#askedAt = now;
    try {
      const told = await this.#tools.callGatewayTool("channels.status", {}, { probe: true });
      const { channelAccounts } = statusSchema.parse(told);
      for (const [channel, accounts] of Object.entries(channelAccounts)) {
        for (const { accountId, probe } of accounts) {
          const names = [probe?.bot.username, probe?.bot.id].flatMap((name) =>
            name == null ? [] : [`${name}`],
          );
          if (names.length > 0) this.#names.set(buildKey(channel, accountId), names);
        }
      }
    } catch (error) {
      this.#log.warn(`the names of our accounts are not known: ${String(error)}`);
    }
  }
}

function buildKey(channel: string, account: string): string {
  return JSON.stringify([channel, account]);
}
