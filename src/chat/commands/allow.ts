// `/cx allow` and `/cx disallow`: whom the owner lets write turns here.
import { BridgeError } from "../../errors.ts";
import { type Block, joinLines, type Line, line, own, says } from "../../kit/blocks.ts";
import { cutText, oneLine } from "../../kit/text.ts";
import type { Binding } from "../../store/rows.ts";
import { formatLabel } from "../button-rows.ts";
import { type CommandCall, getBinding } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import type { RefusedPerson } from "../refused-people.ts";
import type { Answer, Reply } from "../reply.ts";

const nameChars = 60;

export function runAllow(call: CommandCall): Answer {
  const { services, conversation } = call;
  const binding = getBinding(call);
  if (call.line.rest === "") return formatPeople(binding, services.refused.list(conversation));
  const id = readPerson(call);
  if (id === binding.owner) throw buildBad(call.line.command, "that is the owner");
  setDrivers(call, binding, [...binding.drivers.filter((driver) => driver !== id), id], ["allowed", id]);
  services.refused.forget(conversation, id);
  return line`${id} may write turns here now, stop their own and see the card without folders.`;
}

export function runDisallow(call: CommandCall): Answer {
  const binding = getBinding(call);
  if (call.line.rest === "") throw buildBad(call.line.command, "who?");
  const id = readPerson(call);
  if (!binding.drivers.includes(id)) throw buildBad(call.line.command, `${id} is not allowed here anyway`);
  setDrivers(
    call,
    binding,
    binding.drivers.filter((driver) => driver !== id),
    ["disallowed", id],
  );
  return line`${id} is not heard here any more.`;
}

function setDrivers(
  { services, message }: CommandCall,
  { id, conversation, place, threadId }: Binding,
  drivers: string[],
  [act, about]: ["allowed" | "disallowed", string],
): void {
  const { store } = services;
  store.transaction(() => {
    if (!store.bindings.update(id, { drivers })) throw new BridgeError("not-bound", "unbound meanwhile");
    const thread = threadId === undefined ? {} : { threadId };
    store.audit.write({ act, about, actor: message.actor.id, conversation, place, ...thread });
  });
}

/** The host's id, with or without its channel, or the name of somebody who was turned away here. */
function readPerson({ services, conversation, message, line }: CommandCall): string {
  const given = oneLine(line.rest);
  const { channel } = message.route;
  const id = given.toLowerCase().startsWith(`${channel.toLowerCase()}:`)
    ? `${channel}:${given.slice(channel.length + 1)}`
    : `${channel}:${given}`;
  if (!given.startsWith("@") && !/\s/.test(given)) return id;
  // Only Matrix has ids that begin with @, with a colon in them.
  if (/^@\S+:\S+$/.test(given)) return id;
  const name = withoutAt(given);
  const [person, ...others] = services.refused
    .list(conversation)
    .filter((each) => each.name !== undefined && withoutAt(each.name) === name);
  // Anybody may bear a name, also that of somebody else.
  if (person && others.length === 0 && given.startsWith("@")) return person.id;
  throw buildBad(line.command, "write the id; /cx allow alone shows who was turned away here");
}

function withoutAt(name: string): string {
  return oneLine(name).replace(/^@/, "").toLowerCase();
}

function formatPeople({ drivers }: Binding, refused: readonly RefusedPerson[]): Reply {
  const ids = drivers.map((id) => line`${id}`);
  const away: Block[] =
    refused.length === 0
      ? []
      : [...says(own("Turned away here lately:")), { list: refused.map(formatPerson) }];
  return {
    blocks: [
      ...says(
        drivers.length === 0
          ? own("Besides you nobody may write turns here.")
          : line`May write turns here: ${joinLines(ids, ", ")}. ${own("`/cx disallow <id>` ends it.")}`,
      ),
      ...away,
      ...says(own("`/cx allow <id>` lets somebody write turns here.")),
    ],
    buttons: refused.map((person) => [
      { label: formatLabel(`Allow ${person.name ?? person.id}`), line: `allow ${person.id}` },
    ]),
    isForAsker: true,
  };
}

function formatPerson({ id, name }: RefusedPerson): Line {
  return name === undefined ? line`${id}` : line`${id} (${cutText(oneLine(name), nameChars)})`;
}
