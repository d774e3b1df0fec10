/** Groups of divergences, and an admin port that has some, for tests of their pages. */
import { startForTest } from "../../../sample.ts";
import { variedRecord } from "../../diff/sample.ts";
import { createReader, tallyExchange } from "../../sample.ts";
import type { ToldGroup } from "./filter.ts";

/** Of a group that `started` has. */
export const signature = "00000000000000b7";
export const page = `/divergences/${signature}`;

type Changes = Parameters<typeof startForTest>[0];

export async function started(changes: Changes = {}) {
  const admin = await startForTest(changes);
  tallyExchange(admin.tally, variedRecord());
  return { ...admin, reader: createReader(admin) };
}

export const group = (changes: Partial<ToldGroup>): ToldGroup => ({
  signature: "00000000000000aa",
  route: "default",
  item_kind: "message.text",
  where: "answer",
  path: "/body",
  kind: "changed",
  change: "text",
  severity: "minor",
  count: 1,
  noise: 0,
  downstream: 0,
  cells: 1,
  shoppers: 1,
  shoppers_at_least: false,
  items: 10,
  in_items: 1,
  share: 0.1,
  suggestion: null,
  first_seen: "2026-01-01T00:00:00.000Z",
  last_seen: "2026-01-02T00:00:00.000Z",
  trend: [],
  examples: [],
  noise_rate: null,
  exceeds_noise: null,
  triage: null,
  ...changes,
});
