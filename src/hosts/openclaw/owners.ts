// Who the host's owner is, where the host does not say so itself. Unknown is no.
import type { Actor } from "../../conversations/may.ts";
import type { HostConfig } from "./sdk.ts";

export interface Sender {
  channel: string;
  senderId: string | undefined;
  /** The service's own unique name of the person, where the entrance is told one. */
  userName?: string | undefined;
  /** As the chat shows it. */
  name?: string | undefined;
  /** The host's word that the sender may give commands at all. */
  isAuthorized: boolean;
  /** The host's word that this is the owner, where it gives one. */
  isOwner?: boolean | undefined;
  /** What the host lets a client of its own web chat do. */
  scopes?: readonly string[] | undefined;
}

export function buildActor(sender: Sender, config: HostConfig): Actor {
  const { senderId, userName, name, isAuthorized } = sender;
  const isOwner = sender.isOwner ?? (isListed(sender, config) || isOperator(sender));
  return {
    id: buildId(sender),
    // A page of the gateway has no id, and needs none: what it may do is told by the gateway itself.
    isOwner: isOwner && isAuthorized && (senderId !== undefined || isOperator(sender)),
    ...(userName ? { userName: userName.replace(/^@/, "") } : {}),
    ...(name ? { name } : {}),
  };
}

/** What to type when nobody is configured as owner; undefined where somebody is, or the sender has no id. */
export function findOwnerHint(sender: Sender, config: HostConfig): string | undefined {
  if (listOwners(config).length > 0 || sender.senderId === undefined || !sender.isAuthorized)
    return undefined;
  return buildActor(sender, config).isOwner ? undefined : formatOwnerCommand(buildId(sender));
}

export function formatOwnerCommand(id: string): string {
  return `openclaw config set commands.ownerAllowFrom '["${id}"]' --strict-json`;
}

/** As OpenClaw reads them: ids with the channel before them, or ids of any channel; a wildcard names nobody. */
export function listOwners({ commands }: HostConfig): string[] {
  const listed = (commands?.ownerAllowFrom ?? []).map((owner) => String(owner).trim().toLowerCase());
  return listed.filter((owner) => owner !== "" && !owner.endsWith("*"));
}

function isListed(sender: Sender, config: HostConfig): boolean {
  if (sender.senderId === undefined) return false;
  return namesOwner(listOwners(config), buildId(sender));
}

/** `owners`: see listOwners; `id`: with its channel. */
export function namesOwner(owners: readonly string[], given: string): boolean {
  const id = given.toLowerCase();
  return owners.includes(id) || owners.includes(id.slice(id.indexOf(":") + 1));
}

/** The web chat's people are clients of the gateway; those that administer it are its owner (OpenClaw 2026.9.6). */
function isOperator({ channel, scopes = [] }: Sender): boolean {
  return channel === "webchat" && scopes.includes("operator.admin");
}

function buildId({ channel, senderId }: Sender): string {
  if (senderId === undefined) return `${channel}:?`;
  return senderId.startsWith(`${channel}:`) ? senderId : `${channel}:${senderId}`;
}
