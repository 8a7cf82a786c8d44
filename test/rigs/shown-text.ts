// What is shown, as a terminal shows it: for tests that look at the words alone.
import { renderText } from "../../src/hosts/terminal/render.ts";
import type { Block } from "../../src/kit/blocks.ts";

export function readShown(shown: { blocks: readonly Block[] } | undefined): string {
  return renderText(shown?.blocks ?? []);
}
