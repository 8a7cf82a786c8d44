import { expect, test } from "vitest";
import { formatCommandsDoc } from "../../../scripts/commands-doc.ts";
import { commands } from "../../../src/chat/command-table.ts";

test("no word means two commands", () => {
  const words = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(words).size).toBe(words.length);
});

test("docs/commands.md has every command with its options", () => {
  const doc = formatCommandsDoc();
  for (const { name, options } of commands) {
    expect(doc).toContain(`## ${name}\n`);
    for (const option of options)
      expect(doc).toContain(`\`--${option.name} ${option.value}\`: ${option.says}`);
  }
});
