// Whatever is typed, parsing ends in a command or an error, and what was quoted comes back unchanged.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCommandLine } from "../../src/chat/command-line.ts";
import { commands } from "../../src/chat/command-table.ts";
import { splitTokens } from "../../src/chat/tokens.ts";
import { formatError } from "../../src/chat/words/error-text.ts";
import { renderLine } from "../../src/hosts/terminal/render.ts";

const marks = fc.constantFrom(..."\"'“”‘’„\\—–-= \n\tab/", "--cwd", "—page", "--bind", "=here");
const noise = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(marks).map((parts) => parts.join("")),
);
const name = fc.constantFrom(...commands.map((command) => command.name), "nwe", "");

test("any text is a command or a bad line with words for it", () => {
  fc.assert(
    fc.property(name, noise, (command, text) => {
      const parsed = parseCommandLine(`${command} ${text}`);
      if (parsed.status === "bad") {
        const says = renderLine(formatError(parsed.error));
        expect(says).not.toContain("undefined");
        expect(says.isWellFormed()).toBe(true);
      }
    }),
  );
});

test("splitting loses nothing but blanks, quotes and backslashes", () => {
  const strip = (text: string) => text.replace(/[\s"“”„‟'‘’‚‛\\]/g, "");
  fc.assert(
    fc.property(noise, (text) => {
      expect(
        strip(
          splitTokens(text)
            .map((token) => token.text)
            .join(""),
        ),
      ).toBe(strip(text));
    }),
  );
});

test("a quoted value is the value [SHOW-3d]", () => {
  const value = fc
    .string()
    .map((text) => text.replace(/["“”„‟\\]/g, ""))
    .filter((text) => text !== "");
  fc.assert(
    fc.property(value, (text) => {
      const parsed = parseCommandLine(`new --cwd "${text}"`);
      expect(parsed.status === "command" && parsed.options.get("cwd")).toBe(text);
    }),
  );
});

test("free words come through as they are [SHOW-3d]", () => {
  fc.assert(
    fc.property(noise, (text) => {
      const parsed = parseCommandLine(`steer ${text}`);
      expect(parsed).toMatchObject({ status: "command", rest: text.trim() });
    }),
  );
});
