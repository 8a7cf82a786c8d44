// Whether a channel shows buttons; without them nobody can answer the host's question.
import type { PluginApi } from "./sdk.ts";

/** True where the channel does not say. */
export async function hasButtons({ runtime }: PluginApi, channel: string): Promise<boolean> {
  const adapter = await runtime.channel.outbound.loadAdapter(channel);
  const shown = adapter?.presentationCapabilities;
  return shown === undefined || (shown.supported !== false && shown.buttons !== false);
}
