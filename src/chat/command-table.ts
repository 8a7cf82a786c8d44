// Every command of a conversation as data: help, suggestions, docs/commands.md and the parser all read this one table.
import type { Action } from "../conversations/may.ts";

/** Both are understood; texts show the first. */
export const commandNames = ["/cx", "/codex"] as const;

export interface OptionSpec {
  name: string;
  /** What to write after it. */
  value: string;
  says: string;
}

export interface CommandSpec {
  name: string;
  aliases: readonly string[];
  /** After `/cx`. */
  usage: string;
  summary: string;
  details: readonly string[];
  options: readonly OptionSpec[];
  /** free: the rest of the line is taken as it is written, without quotes or options; prompt: after its options. */
  words: "none" | "some" | "free" | "prompt";
  /** The least that one must be allowed, and a command may ask for more; without it a command is the owner's. */
  action?: Action;
}

const cwd: OptionSpec = { name: "cwd", value: "<folder>", says: "the folder" };
const host: OptionSpec = { name: "host", value: "<name>", says: "the machine whose Codex is meant" };

/** Accepted by every command: binding always happens here. */
export const bindOption: OptionSpec = { name: "bind", value: "here", says: "implied" };

export const commandTable = [
  {
    name: "status",
    aliases: ["card", "info"],
    usage: "status",
    summary: "what is bound here and what it is doing; also `/cx` alone",
    details: [
      "Shows the thread, its folder and place, the server, what is in force, the running turn, the queue, open questions, and how to open the thread in a terminal.",
    ],
    options: [],
    words: "none",
    action: "look",
  },
  {
    name: "help",
    aliases: ["commands"],
    usage: "help [command]",
    summary: "all commands, or more about one",
    details: [],
    options: [],
    words: "some",
    action: "look",
  },
  {
    name: "sessions",
    aliases: ["list", "threads"],
    usage: "sessions [words] [--cwd <folder>] [--host <name> | all] [--page <number>]",
    summary: "your Codex sessions, newest first",
    details: [
      "Words are looked for in name, first words, folder and id. The numbers are what `/cx resume <number>` takes.",
    ],
    options: [
      { ...cwd, says: "only sessions of this folder, or of folders that end like this" },
      { ...host, says: "another machine; `all`: every one that answers" },
      { name: "page", value: "<number>", says: "further back" },
    ],
    words: "some",
  },
  {
    name: "nodes",
    aliases: ["hosts"],
    usage: "nodes",
    summary: "the other machines, what each allows, and what to type where something is missing",
    details: [],
    options: [],
    words: "none",
  },
  {
    name: "new",
    aliases: ["start"],
    usage: "new [--cwd <folder>] [--model <name>] [--host <name>]",
    summary: "a new thread here; it exists from your first message",
    details: ["What was bound here before is let go; its thread stays and can be resumed."],
    options: [
      { ...cwd, says: "where Codex works; without it the default folder" },
      { name: "model", value: "<name>", says: "the model; without it Codex decides" },
      host,
    ],
    words: "none",
  },
  {
    name: "resume",
    aliases: ["bind", "continue"],
    usage: "resume <number | id | name> [--host <name>]",
    summary: "bind an existing session here",
    details: [
      "The number is that of the last list. An id may be shortened to its first characters, at least four, a name to its beginning, as long as only one fits.",
      "The thread keeps its folder, model and policies.",
    ],
    options: [host],
    words: "some",
  },
  {
    name: "detach",
    aliases: ["unbind"],
    usage: "detach",
    summary: "let the thread go; it stays as it is",
    details: [],
    options: [],
    words: "none",
  },
  {
    name: "stop",
    aliases: ["cancel", "interrupt"],
    usage: "stop [run]",
    summary: "stop the running turn and the commands it left running; with a name, that run",
    details: ["A message whose turn has not begun is taken back."],
    options: [],
    words: "free",
    action: "stop-own",
  },
  {
    name: "run",
    aliases: [],
    usage: "run [--name <name>] [--cwd <folder>] [--host <name>] <prompt>",
    summary: "start one turn in the background, a run; its end is told here",
    details: [
      "It is a thread of its own, with the folder of this conversation unless another is named. It asks nobody: it may write in its folder, and what it may not do fails.",
      "On a node (`--host`) a folder must be named, and it asks where the node lets nothing run that does not.",
      "`/cx resume <name>` binds its thread here. In a terminal: `codex-threads list`.",
    ],
    options: [{ name: "name", value: "<name>", says: "its name; two short words otherwise" }, cwd, host],
    words: "prompt",
  },
  {
    name: "runs",
    aliases: ["jobs"],
    usage: "runs",
    summary: "the runs there are, and how they stand",
    details: [],
    options: [],
    words: "none",
  },
  {
    name: "logs",
    aliases: ["log"],
    usage: "logs <run> [number]",
    summary: "the last words of a run: so many entries, or ten",
    details: [
      "A run is named by its name, the begin of it if no other begins so, or its number in `/cx runs`.",
    ],
    options: [],
    words: "some",
  },
  {
    name: "delete",
    aliases: [],
    usage: "delete <run>",
    summary: "end a run and remove it with its thread; asks first",
    details: ["A number is not taken, because numbers move."],
    options: [],
    words: "some",
  },
  {
    name: "steer",
    aliases: [],
    usage: "steer <words>",
    summary: "add words to the running turn",
    details: [],
    options: [],
    words: "free",
    action: "steer-own",
  },
  {
    name: "send",
    aliases: [],
    usage: "send <words>",
    summary: "a message to Codex that would else be taken for something else, such as a lone yes",
    details: [],
    options: [],
    words: "free",
    action: "write",
  },
  {
    name: "queue",
    aliases: [],
    usage: "queue [drop <number> | clear]",
    summary: "the messages that wait; take one or all back",
    details: [],
    options: [],
    words: "some",
    action: "look",
  },
  {
    name: "model",
    aliases: [],
    usage: "model [name]",
    summary: "the models, or another model from the next turn on",
    details: [],
    options: [],
    words: "some",
  },
  {
    name: "effort",
    aliases: [],
    usage: "effort [level]",
    summary: "the reasoning effort, or another one from the next turn on",
    details: [],
    options: [],
    words: "some",
  },
  {
    name: "allow",
    aliases: [],
    usage: "allow [who] [--for <time>] [--turns <number>/day]",
    summary: "let somebody write turns here; alone: who may, and who was turned away",
    details: [
      "Who: the id of the person in this chat's service, such as `telegram:123` or `123`; or `@name`, the service's own name of somebody who wrote here lately. How people are shown in the chat does not count.",
      "They may write turns, stop and add to their own, and see the card without folders. What needs a yes stays the owner's. Over the limit a message waits and the owner is asked. Said again, it gives time anew and keeps the count of the day.",
    ],
    options: [
      { name: "for", value: "<time>", says: "such as 30m, 8h, 3d or 2w; else the setting `driverDays`" },
      { name: "turns", value: "<number>/day", says: "within 24 hours; else `driverTurnsPerDay`" },
    ],
    words: "some",
  },
  {
    name: "disallow",
    aliases: [],
    usage: "disallow <who>",
    summary: "take that back",
    details: [
      "Their messages that wait are taken back, and their open questions closed; what was lost is listed. A turn that runs is not stopped.",
    ],
    options: [],
    words: "free",
  },
  {
    name: "yes",
    aliases: ["y", "approve"],
    usage: "yes [token] [for the session]",
    summary: "agree to what is asked",
    details: [
      "The token stands in the question; it may be left out while only one question is open. A bare `yes` does the same.",
      "`for the session`: also to the like of it, until the thread is unloaded.",
    ],
    options: [],
    words: "free",
    action: "answer-own",
  },
  {
    name: "no",
    aliases: ["n", "decline"],
    usage: "no [token] [what to do instead]",
    summary: "decline what is asked, and say what to do instead",
    details: [
      "The words are added to the running turn; if it is over by then, they become an ordinary message.",
    ],
    options: [],
    words: "free",
    action: "answer-own",
  },
  {
    name: "answer",
    aliases: ["choose"],
    usage: "answer [token] <words | choice | number of the choice>",
    summary: "answer a question with words, or by one of its choices",
    details: [
      "Several fields: one answer per line, or separated by `|`; `-` leaves an optional one out.",
      "`answer <token> always` makes a permanent rule where that is offered; only the owner may.",
    ],
    options: [],
    words: "free",
    action: "answer-own",
  },
  {
    name: "doctor",
    aliases: ["check"],
    usage: "doctor",
    summary: "check everything that has to be right",
    details: [],
    options: [],
    words: "none",
  },
] as const satisfies readonly CommandSpec[];

export type CommandName = (typeof commandTable)[number]["name"];

/** A row of the table, its name known. */
export type Command = CommandSpec & { name: CommandName };

export const commands: readonly Command[] = commandTable;

export function readAction({ action = "decide" }: Pick<CommandSpec, "action">): Action {
  return action;
}

/** By name or alias, in any case. */
export function findCommand(word: string): Command | undefined {
  const wanted = word.toLowerCase();
  return commands.find((command) => command.name === wanted || command.aliases.includes(wanted));
}
