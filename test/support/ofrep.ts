/** Flags to be evaluated by OFREP on an admin port, and what is asked there. */
import { expect } from "vitest";
import { z } from "zod";
import { createSampleFlags } from "./admin-flags.ts";
import { startAdmin, type Asked, type SampleAdmin } from "../../src/admin/sample.ts";
import type { Edit, FlagFields } from "../../src/flags/index.ts";

/** Where all flags are evaluated; below it one, by its name. */
export const one = "/ofrep/v1/evaluate/flags";

/** What `startWithFlags` has set, beside the flags of the route. */
export const sampleFlags: Readonly<Record<string, FlagFields>> = {
  EVERYBODY: { enabled: true },
  NOBODY: { enabled: false, percent: 100 },
  LISTED: { allowlist: ["alice"], denylist: ["mallory"], forceOn: ["bob"] },
  HALF: { percent: 50, settings: { model: "small", limits: [1, 2] } },
  WHOLE: { percent: 100 },
  MEMBERS: { audience: "members", enabled: true },
  UNSET: {},
};

// Bucket 16575 and 87951 of `HALF:<shopper>`.
export const HALF_ON = "carol";
export const HALF_OFF = "alice";

export const Answer = z.object({
  key: z.string().optional(),
  value: z.boolean().optional(),
  variant: z.string().optional(),
  reason: z.string().optional(),
  errorCode: z.string().optional(),
  errorDetails: z.string().optional(),
  metadata: z.record(z.string(), z.union([z.boolean(), z.string(), z.number()])).optional(),
});
export const Bulk = z.object({ flags: z.array(Answer), metadata: z.record(z.string(), z.unknown()) });

export async function set({ flags }: Pick<SampleAdmin, "flags">, ...edits: readonly Edit[]): Promise<void> {
  const actor = { kind: "token", name: "test" } as const;
  const answer = await flags.deps.write({ edits, actor, reason: null, expect: {} });
  expect(answer.kind).toBe("written");
}

export async function startWithFlags(changes: Parameters<typeof startAdmin>[0] = {}): Promise<SampleAdmin> {
  const admin = await startAdmin(changes);
  await set(
    admin,
    { kind: "audience", name: "members", members: ["alice"] },
    ...Object.entries(sampleFlags).map(([key, fields]) => ({ kind: "put", key, fields }) as const),
  );
  return admin;
}

/** `waiting` resolves once an evaluation waits for a version. */
export async function startBehind() {
  const { deps, ...flags } = createSampleFlags();
  const { promise: waiting, resolve } = Promise.withResolvers<void>();
  let listeners = 0;
  const onFlags: typeof deps.onFlags = (listener, signal) => {
    deps.onFlags(listener, signal);
    // The first is that of the event streams.
    listeners += 1;
    if (listeners > 1) resolve();
  };
  const admin = await startAdmin({ ...deps, onFlags });
  return { admin: { ...admin, flags: { ...flags, deps } }, waiting };
}

export function versionOf({ flags }: Pick<SampleAdmin, "flags">): number {
  return flags.deps.flags(undefined)?.snapshot.version ?? -1;
}

export function post(context: unknown, headers: Asked["headers"] = {}): Asked {
  return { method: "POST", headers, body: JSON.stringify({ context }) };
}

export async function evaluated(admin: SampleAdmin, key: string, context: unknown): Promise<z.infer<typeof Answer>> {
  return Answer.parse(JSON.parse((await admin.ask(`${one}/${key}`, post(context))).text));
}
