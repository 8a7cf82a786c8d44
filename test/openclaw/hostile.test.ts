// A part of our list of attacks on every surface of the real gateway; `npm run hostile` tries all of it, and more.
import { expect, inject, test } from "vitest";
import { attackGateway } from "../hostile/gateway-attacks.ts";
import { Score } from "../hostile/score.ts";

test("no attack of our list makes the host do anything but show its words, or hides them from who reads [GATE-6h]", async () => {
  const score = new Score();
  const seed = Date.now() % 1_000_000;
  await attackGateway({ plugin: inject("plugin").folder, score, seed, mixtures: 4, every: 4 });
  expect({ seed, through: score.ours }).toEqual({ seed, through: [] });
  expect(score.tried).toBeGreaterThan(400);
});
