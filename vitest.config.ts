import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    // They wait more than they work: one at a time would leave a core idle.
    maxWorkers: 2,
    // Many tests start processes: time for a machine that is busy, not a claim of how long anything takes.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
