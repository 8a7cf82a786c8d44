import { configDefaults, defineConfig } from "vitest/config";

/** Seven minutes, most of them waiting: it runs beside our own tests. */
const longTurn = "test/openclaw/long-turn.test.ts";

export default defineConfig({
  test: {
    pool: "forks",
    projects: [
      {
        extends: true,
        test: {
          name: "own",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, "test/openclaw/**"],
          // Real processes are started: a deadline stops a hang, it is never the measure of a test.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        test: {
          name: "openclaw-long",
          include: [longTurn],
          globalSetup: "test/rigs/openclaw/global-setup.ts",
          testTimeout: 900_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        test: {
          name: "openclaw",
          include: ["test/openclaw/**/*.test.ts"],
          exclude: [...configDefaults.exclude, longTurn],
          globalSetup: "test/rigs/openclaw/global-setup.ts",
          // A gateway needs a minute to start on a busy machine, and 1 GB: after all other tests, two at a time.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
