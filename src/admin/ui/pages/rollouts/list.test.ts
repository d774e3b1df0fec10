import { expect, it } from "vitest";
import { sampleNow } from "../../../../../test/support/admin-flags.ts";
import { checkpoint, progress, rollout } from "../../../calls/sample.ts";
import { report, world } from "./sample.ts";

it("shows twelve decisions a page at most, the newest first, and those before on the next", async () => {
  const decision = { at: progress.at, until: null, times: 1, by: "token:anna", what: "note", phase: null } as const;
  const decisions = Array.from({ length: 30 }, (_, n) => ({
    ...decision,
    seq: n,
    why: `note ${n}.`,
    break_glass: false,
  }));
  const { open } = await world({ report: async () => ({ ...report, decisions }) });
  const shown = async (page: string): Promise<readonly string[]> =>
    [...(await open(`/rollouts/events${page}`)).text.matchAll(/note (\d+)\./g)].map(([, n = ""]) => n);
  expect(await shown("")).toEqual(Array.from({ length: 12 }, (_, n) => String(29 - n)));
  expect((await open("/rollouts/events")).text).toContain('href="/rollouts/events?log=2#log"');
  expect(await shown("?log=3")).toEqual(["5", "4", "3", "2", "1", "0"]);
});

it("shows ten rollouts a page at most, and twenty checkpoints", async () => {
  const many = Array.from({ length: 25 }, (_, n) => rollout({ id: `events-${n}` }));
  const checkpoints = Array.from({ length: 45 }, (_, n) => ({
    ...checkpoint,
    at: new Date(sampleNow - n * 1_000).toISOString(),
  }));
  const { open } = await world({ checkpoints: async (_, limit) => checkpoints.slice(0, limit) }, many);
  const list = async (path: string, what: RegExp): Promise<number> => (await open(path)).text.match(what)?.length ?? 0;
  expect(await list("/rollouts", /class="track"/g)).toBe(10);
  expect(await list("/rollouts?page=3", /class="track"/g)).toBe(5);
  expect(await list("/rollouts?page=99", /class="track"/g)).toBe(5);
  expect(await list("/rollouts/events-1/checkpoints?page=3", /id="checkpoint-/g)).toBe(5);
  expect(await list("/rollouts/events-1", /id="checkpoint-/g)).toBe(8);
});
