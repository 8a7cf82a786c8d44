// What is said to people, as data: our own words, and what came from outside and is never anything but words. How it looks
// somewhere is known to the renderer of each host alone.

/**
 * A string is ours, written in this program; everything else came from outside or is typed by people, and is shown to the
 * letter. code: a command or an id. name: a name, a title, a value. path: of a file or folder.
 */
export type Inline = string | { code: string } | { name: string } | { path: string };
export type Line = readonly Inline[];

export type LiteralKind = "command" | "diff" | "output" | "text";

/** Blocks stand below each other; a `say` without inlines is an empty line. */
export type Block =
  | { say: Line }
  | { list: readonly Line[] }
  /** Shown exactly, in lines of its own. */
  | { literal: string; as: LiteralKind }
  /** The model's Markdown: rendered, and no directive of any host. */
  | { model: string };

type Value = Inline | Line | number | undefined;

/** A line of ours; what is put into it is a name unless it says otherwise, a line is put in as it is. */
export function line(texts: TemplateStringsArray, ...values: readonly Value[]): Inline[] {
  return texts.flatMap((text, at): Inline[] => [...(text === "" ? [] : [text]), ...readValue(values[at])]);
}

function readValue(value: Value): readonly Inline[] {
  if (value === undefined || value === "") return [];
  if (typeof value === "number") return [String(value)];
  if (typeof value === "string") return [{ name: value }];
  return "length" in value ? value : [value];
}

/** A sentence of this program that stands in it as it is; what is between backticks is code. Never for a text from outside. */
export function own(sentence: string): Inline[] {
  return sentence
    .split("`")
    .map((text, at): Inline => (at % 2 === 0 ? text : { code: text }))
    .filter((inline) => inline !== "");
}

/** What is typed: `/cx stop`, `codex login`; an id; what runs. */
export function code(text: string): Inline {
  return { code: text };
}

export function path(text: string): Inline {
  return { path: text };
}

/** Each line a sentence of its own; undefined: left out. */
export function says(...lines: readonly (Line | undefined)[]): Block[] {
  return lines.flatMap((each) => (each === undefined ? [] : [{ say: each }]));
}

export const emptyLine: Block = { say: [] };

/** Lines with something between them. */
export function joinLines(lines: readonly Line[], between: string): Inline[] {
  return lines.flatMap((each, at) => (at === 0 ? each : [between, ...each]));
}

/** The same blocks with every text from outside changed. Our own words stay. */
export function mapOutside(blocks: readonly Block[], change: (text: string) => string): Block[] {
  const changeLine = (each: Line): Line => each.map((inline) => changeInline(inline, change));
  return blocks.map((block): Block => {
    if ("say" in block) return { say: changeLine(block.say) };
    if ("list" in block) return { list: block.list.map(changeLine) };
    if ("literal" in block) return { literal: change(block.literal), as: block.as };
    return { model: change(block.model) };
  });
}

function changeInline(inline: Inline, change: (text: string) => string): Inline {
  if (typeof inline === "string") return inline;
  if ("code" in inline) return { code: change(inline.code) };
  return "path" in inline ? { path: change(inline.path) } : { name: change(inline.name) };
}

/** Nothing that anybody would see. */
export function isBlank(blocks: readonly Block[]): boolean {
  return blocks.every((block) => {
    if ("say" in block) return block.say.every((inline) => inline === "");
    if ("list" in block) return block.list.length === 0;
    return ("literal" in block ? block.literal : block.model).trim() === "";
  });
}
