import { expect, test } from "vitest";
import { openStore } from "../../../src/store/open-store.ts";
import { makeFolder } from "../../rigs/conversation-rig.ts";
import { FakeClock } from "../../rigs/fake-clock.ts";

test("S4-D5 one thread for each folder and CODEX_HOME, kept over a restart [EXEC-4d]", () => {
  const options = { directory: makeFolder(), clock: new FakeClock() };
  const here = { workspace: "/w", codexHome: "/c" };
  const first = openStore(options);
  first.execThreads.remember(here, "a");
  first.execThreads.remember({ ...here, codexHome: "/d" }, "b");
  first.execThreads.remember(here, "c");
  first.close();
  const store = openStore(options);
  expect(store.execThreads.find(here)).toBe("c");
  expect(store.execThreads.find({ ...here, codexHome: "/d" })).toBe("b");
  expect(store.execThreads.find({ ...here, workspace: "/x" })).toBeUndefined();
  expect(store.execThreads.forget(here, "a")).toBe(false);
  expect(store.execThreads.forget(here, "c")).toBe(true);
  expect(store.execThreads.find(here)).toBeUndefined();
  store.close();
});
