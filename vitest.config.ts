import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Long for their size, by which files are ordered whose times nobody knows yet. */
const longest = ["/test/browser/", "/test/system/handlers-compared.", "/test/system/kill-in-between."];

function rankOf({ moduleId }: TestSpecification): number {
  if (longest.some((part) => moduleId.includes(part))) return 0;
  return moduleId.includes("/test/system/") ? 1 : 2;
}

/** What starts processes takes longest and begins first: else a worker is left alone with it in the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- The sequencer's, not an array's.
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    sequence: { sequencer: LongestFirst },
    globalSetup: ["test/support/program.ts"],
    // They wait more than they work: one for each core would leave the cores idle.
    maxWorkers: 3,
    // What a file opens it closes, and no file changes what it shares with others: a process for each takes half as much CPU
    // again for all that start nothing.
    isolate: false,
    // Many tests start processes: time for a machine that is busy, not a claim of how long anything takes.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
