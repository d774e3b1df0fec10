import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    // They wait more than they work: one for each core would leave the cores idle.
    maxWorkers: 3,
    // What a file opens it closes, and no file changes what it shares with others: a process for each takes half as much CPU
    // again for all that start nothing.
    isolate: false,
    // Many tests start processes: time for a machine that is busy, not a claim of how long anything takes.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
