import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    // Many tests start processes: time for a machine that is busy, not a claim of how long anything takes.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
