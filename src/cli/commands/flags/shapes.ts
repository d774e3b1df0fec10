import { z } from "zod";

const list = z.array(z.string()).readonly();

export const listNames = ["allowlist", "denylist", "forceOn"] as const;

export type ListName = (typeof listNames)[number];

/** A flag in force, as the admin port tells it. What it tells besides goes through to --json. */
export const flagShape = z.looseObject({
  key: z.string(),
  description: z.string(),
  enabled: z.boolean().nullable(),
  percent: z.number().nullable(),
  allowlist: list.nullable(),
  denylist: list,
  forceOn: list,
  audience: z.string().nullable(),
  default: z.boolean(),
  salt: z.string().nullable(),
  bucketing: z.string(),
  settings: z.record(z.string(), z.unknown()),
  version: z.number(),
  updatedAt: z.string().nullable(),
  updatedBy: z.string(),
  source: z.string(),
  overridden: z.array(z.string()).default([]),
  /** Of long lists the first members only, and these are their sizes. */
  members_truncated: z.boolean().optional(),
  allowlist_count: z.number().nullable().optional(),
  denylist_count: z.number().optional(),
  force_on_count: z.number().optional(),
});

export type ToldFlag = z.infer<typeof flagShape>;

export const flagsShape = z.looseObject({
  version: z.number(),
  store: z.looseObject({ kind: z.string(), up: z.boolean(), problem: z.string().nullable() }),
  flags: z.array(flagShape),
});

/** By list: how many members came and went. */
export const movedShape = z.record(z.string(), z.object({ added: z.number(), removed: z.number() })).default({});

/** A flag before and after a write; null: nobody knew it, or nobody knows it any more. */
export const changedShape = z.looseObject({
  key: z.string(),
  before: flagShape.nullable(),
  after: flagShape.nullable(),
  unchanged: z.boolean(),
  members: movedShape,
});

export type Changed = Pick<z.infer<typeof changedShape>, "key" | "before" | "after" | "unchanged" | "members">;

/** How many members a list has, of which an answer may show the first only; null: there is no list. */
export function sizeOf(flag: ToldFlag, name: ListName): number | null {
  const counts = { allowlist: flag.allowlist_count, denylist: flag.denylist_count, forceOn: flag.force_on_count };
  return counts[name] ?? flag[name]?.length ?? null;
}

/** A flag of which nothing is said. */
export function unsaidFlag(key: string): ToldFlag {
  return {
    key,
    description: "",
    enabled: null,
    percent: null,
    allowlist: null,
    denylist: [],
    forceOn: [],
    audience: null,
    default: false,
    salt: null,
    bucketing: "murmur3",
    settings: {},
    version: 0,
    updatedAt: null,
    updatedBy: "",
    source: "store",
    overridden: [],
  };
}
