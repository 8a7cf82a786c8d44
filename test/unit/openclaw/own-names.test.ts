// How we learn under which names the services mention us.
import { expect, test } from "vitest";
import { OwnNames } from "../../../src/hosts/openclaw/own-names.ts";
import { silentLog } from "../../../src/kit/log.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

function openNames(answers: unknown[]) {
  const clock = new FakeClock();
  const asked: unknown[][] = [];
  const callGatewayTool = async (...call: unknown[]) => {
    asked.push(call);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { clock, asked, names: new OwnNames({ clock, log: silentLog, tools: { callGatewayTool } }) };
}

test("the host tells the names of each account when it is asked; other shapes are passed over [TAKE-1a]", async () => {
  const bot = { id: 42, username: "our_bot" };
  const telegram = [{ accountId: "default", probe: { bot } }, { accountId: "second" }];
  const { names, asked } = openNames([
    { channelAccounts: { telegram, matrix: [{ accountId: "a", probe: { ok: 1 } }] } },
  ]);
  await names.ask();
  expect(asked).toEqual([["channels.status", {}, { probe: true }]]);
  expect(names.find("telegram")).toEqual(["our_bot", "42"]);
  expect(names.find("telegram", "second")).toEqual([]);
  expect(names.find("matrix", "a")).toEqual([]);
});

test("what fails is asked again, but not with every message; a name beside a message counts as well [TAKE-1a]", async () => {
  const { names, asked, clock } = openNames([new Error("starting"), {}, {}]);
  await names.ask();
  expect(names.find("telegram")).toEqual([]);
  expect(asked).toHaveLength(1);
  await clock.advance(10 * 60_000);
  expect(names.find("telegram")).toEqual([]);
  expect(asked).toHaveLength(2);
  names.learn("telegram", undefined, "our_bot");
  expect(names.find("telegram", "default")).toEqual(["our_bot"]);
  expect(new OwnNames({ clock, log: silentLog, tools: undefined }).find("telegram")).toEqual([]);
});
