// `/cx allow` and `/cx disallow`: whom the owner lets write turns here.
import { type DriverLimits, dayMs, type Person } from "../../conversations/drivers.ts";
import { type Block, own, says } from "../../kit/blocks.ts";
import type { Binding } from "../../store/rows.ts";
import { formatLabel } from "../button-rows.ts";
import { type CommandCall, getBinding } from "../command-call.ts";
import { buildBad } from "../command-line.ts";
import type { Answer, Reply } from "../reply.ts";
import { formatAllowed, formatDisallowed, formatDriver, formatPerson } from "../words/people-text.ts";

export function runAllow(call: CommandCall): Answer {
  const { services, conversation, line, message } = call;
  const binding = getBinding(call);
  const limits = readLimits(call);
  const [who, ...others] = line.words;
  if (who === undefined && line.options.size === 0) return formatPeople(call, binding);
  if (who === undefined) throw buildBad(line.command, "who?");
  if (others.length > 0) throw buildBad(line.command, "one person at a time");
  const person = readPerson(call, binding, who);
  if (person.id === binding.owner) throw buildBad(line.command, "that is the owner");
  const driver = services.roles.allow(binding.id, person, limits, message.actor.id);
  services.refused.forget(conversation, person.id);
  return formatAllowed(driver);
}

export async function runDisallow(call: CommandCall): Promise<Answer> {
  const binding = getBinding(call);
  const who = call.line.rest.trim();
  if (who === "") throw buildBad(call.line.command, "who?");
  const { id } = readPerson(call, binding, who);
  const driver = binding.drivers.find((each) => each.id === id);
  if (!driver) throw buildBad(call.line.command, `${id} is not allowed here anyway`);
  const loss = await call.services.roles.disallow(binding.id, id, call.message.actor.id);
  return { blocks: formatDisallowed(driver, loss) };
}

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs };
const longestMs = 3650 * dayMs;
const mostTurns = 10_000;

/** Throws `bad-arguments`. */
function readLimits({ line: { command, options } }: CommandCall): DriverLimits {
  const time = options.get("for");
  const turns = options.get("turns");
  const [, count, unit = ""] = /^(\d{1,5})\s*([mhdw])[a-z]*$/i.exec(time ?? "") ?? [];
  const forMs = time === undefined ? undefined : Number(count) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (forMs !== undefined && !(forMs > 0 && forMs <= longestMs))
    throw buildBad(command, "--for wants a time such as 30m, 8h, 3d or 2w, at most 3650 days");
  const [, number] = /^(\d{1,6})(?:\s*\/\s*(?:d|day))?$/i.exec(turns ?? "") ?? [];
  const turnsPerDay = turns === undefined ? undefined : Number(number);
  if (turnsPerDay !== undefined && !(turnsPerDay > 0 && turnsPerDay <= mostTurns))
    throw buildBad(command, `--turns wants a number such as 20/day, at most ${mostTurns}`);
  return { forMs, turnsPerDay };
}

/**
 * By the host's id, with or without its channel, or by the service's own name of somebody who is allowed here or was
 * turned away. Throws `bad-arguments`.
 */
function readPerson(
  { services, conversation, message, line }: CommandCall,
  { drivers }: Binding,
  given: string,
): Person {
  const known: Person[] = [...drivers, ...services.refused.list(conversation)];
  // Only Matrix has ids that begin with @, with a colon in them.
  if (!given.startsWith("@") || /^@\S+:\S+$/.test(given)) {
    if (/\s/.test(given)) throw buildUnknown(line);
    const id = buildId(message.route.channel, given);
    return pickPerson(known.find((person) => person.id === id) ?? { id });
  }
  const name = given.slice(1).toLowerCase();
  const [person, ...others] = known.filter(({ userName }) => userName?.toLowerCase() === name);
  if (person && others.length === 0) return pickPerson(person);
  throw buildUnknown(line);
}

function buildUnknown({ command }: CommandCall["line"]) {
  return buildBad(command, "write the id; /cx allow alone shows who was turned away here");
}

function buildId(channel: string, given: string): string {
  return given.toLowerCase().startsWith(`${channel.toLowerCase()}:`)
    ? `${channel}:${given.slice(channel.length + 1)}`
    : `${channel}:${given}`;
}

function pickPerson({ id, userName, name }: Person): Person {
  return {
    id,
    ...(userName === undefined ? {} : { userName }),
    ...(name === undefined ? {} : { name }),
  };
}

function formatPeople({ services, conversation }: CommandCall, binding: Binding): Reply {
  const refused = services.refused.list(conversation);
  const drivers = services.roles.list(binding);
  const allowed: Block[] =
    drivers.length === 0
      ? says(own("Besides you nobody may write turns here."))
      : [
          ...says(own("May write turns here; `/cx disallow <id>` ends it:")),
          { list: drivers.map(formatDriver) },
        ];
  const away: Block[] =
    refused.length === 0
      ? []
      : [...says(own("Turned away here lately:")), { list: refused.map(formatPerson) }];
  return {
    blocks: [...allowed, ...away, ...says(own("`/cx allow <id>` lets somebody write turns here."))],
    buttons: refused.map(({ id, userName, name }) => [
      {
        label: formatLabel(`Allow ${userName === undefined ? (name ?? id) : `@${userName}`}`),
        line: `allow ${id}`,
      },
    ]),
    isForAsker: true,
  };
}
