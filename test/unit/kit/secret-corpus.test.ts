import { expect, it, test } from "vitest";
import { addUp, findHits, leastCaught, measureCorpus, mostFalseHits } from "../../../scripts/secrets.ts";
import { Redactor } from "../../../src/kit/redactor.ts";
import { harmless } from "../../rigs/secret-corpus/harmless.ts";
import { fillIn } from "../../rigs/secret-corpus/read-corpus.ts";

test("of the corpus nearly all is caught, and of no kind nothing [SHOW-3k]", () => {
  const kinds = measureCorpus();
  const { all, caught } = addUp(kinds);
  expect(all).toBeGreaterThan(200);
  expect(caught / all, JSON.stringify(kinds)).toBeGreaterThanOrEqual(leastCaught);
  expect(kinds.filter((kind) => kind.missed.length === kind.all)).toEqual([]);
});

it.each(harmless)("what only looks like a secret stays: %s [SHOW-3k]", (template) => {
  const text = fillIn(template, template);
  expect(new Redactor().redact(text)).toBe(text);
});

// `npm run secrets` reads the dependencies too, which takes half a minute.
test("nothing in this repository is taken for a secret [SHOW-3g]", () => {
  expect(findHits(".", (path) => path === "node_modules").slice(0, 20)).toEqual([]);
  expect(mostFalseHits).toBe(5);
});
