// What is said when the plugin itself is in trouble: only what the host tells of the person is known then.
import { formatError, formatErrorInGroup } from "../../chat/words/error-text.ts";
import { toBridgeError } from "../../errors.ts";
import { type Block, says } from "../../kit/blocks.ts";
import { buildActor, type Sender } from "./owners.ts";
import type { HostConfig, PluginApi } from "./sdk.ts";

/** Undefined where nobody is to be answered. Paths are for the owner alone, who reads them where nobody else does. */
export function buildFailure(
  { runtime }: PluginApi,
  thrown: unknown,
  sender: Sender,
  isGroup: boolean,
): Block[] | undefined {
  if (!sender.isAuthorized && isGroup) return undefined;
  const error = toBridgeError(thrown);
  const { isOwner } = buildActor(sender, runtime.config.current() as HostConfig);
  return says(isOwner && !isGroup ? formatError(error) : formatErrorInGroup(error));
}
