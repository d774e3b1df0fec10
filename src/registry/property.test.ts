import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Edit } from "../flags/index.ts";
import type { WriteAnswer } from "./registry.ts";
import { order, request, Setting } from "./sample.ts";
import type { StoredState } from "./store.ts";

const keys = ["A", "B", "C"];
const shoppers = ["x", "y", "z", "w"];
const some = fc.uniqueArray(fc.constantFrom(...shoppers));

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("patch" as const),
      key: fc.constantFrom(...keys),
      fields: fc.record(
        {
          enabled: fc.constantFrom(true, false, null),
          percent: fc.constantFrom(null, 0, 5, 100),
          allowlist: fc.oneof(fc.constant(null), some),
          denylist: some,
        },
        { requiredKeys: [] },
      ),
    }),
  },
  fc.record({
    kind: fc.constant("members" as const),
    key: fc.constantFrom(...keys),
    list: fc.constantFrom("allowlist" as const, "denylist" as const, "forceOn" as const),
    add: some,
    remove: fc.constant([]),
  }),
  fc.record({ kind: fc.constant("remove" as const), key: fc.constantFrom(...keys) }),
  fc.record({ kind: fc.constant("audience" as const), name: fc.constantFrom("vip", "staff"), members: some }),
  fc.record({ kind: fc.constant("remove-audience" as const), name: fc.constantFrom("vip", "staff") }),
);

const step = fc.record({
  by: fc.nat(1),
  work: fc.oneof(
    { weight: 6, arbitrary: fc.record({ edits: fc.array(edit, { minLength: 1, maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ killed: fc.boolean() }) },
  ),
});

function plain({ position, kill, flags, audiences }: StoredState): object {
  const members = (table: Iterable<string> | undefined): readonly string[] => [...(table ?? [])].toSorted();
  return {
    position,
    kill,
    flags: [...flags.values()]
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map((flag) => ({
        ...flag,
        allowlist: flag.allowlist && members(flag.allowlist.members()),
        denylist: members(flag.denylist.members()),
        forceOn: members(flag.forceOn.members()),
      })),
    audiences: [...audiences].map(([name, table]) => `${name}: ${members(table.members()).join()}`).toSorted(),
  };
}

describe("two instances that write at random", () => {
  it("end at the same state, which is the store's and the disk's, with one unbroken audit", async () => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
        const setting = new Setting();
        try {
          const [one, two] = [await setting.instance(), await setting.instance()];
          const instances = [one, two];
          const answers = await Promise.all(
            steps.map(async ({ by, work }): Promise<WriteAnswer | null> => {
              const { registry } = by === 0 ? one : two;
              if ("edits" in work) return registry.write(request(work.edits));
              await registry.kill(order(work.killed));
              return null;
            }),
          );
          const { version } = await setting.store().position();
          await Promise.all(instances.map((one) => one.untilVersion(version)));
          const states = instances.map(({ view }) => plain(view.state));
          expect(states[0]).toEqual(states[1]);
          expect(states[0]).toEqual(plain(await setting.store().read()));
          const versions = answers.flatMap((answer) => (answer?.kind === "written" ? [answer.version] : []));
          expect(new Set(versions).size).toBe(versions.length);
          expect(await one.registry.checkAudit()).toMatchObject({ brokenAt: null });
          written += versions.length;
          await Promise.all(instances.map((one) => one.close()));
          const alone = await setting.instance({
            directory: two.directory,
            open: () => Promise.reject(new Error("away")),
          });
          expect(plain(alone.view.state)).toEqual(states[1]);
        } finally {
          await setting.close();
        }
      }),
      { numRuns: 25 },
    );
    expect(written).toBeGreaterThan(25);
  }, 60_000);
});
