import { afterEach, expect, test } from "vitest";
import { closeAll, ok, turn, world } from "../../test/support/notifier-world.ts";

afterEach(closeAll);

test("an instance that went back by itself says so at once, without a store, and a test goes out whoever leads", async () => {
  const { all, instance } = world();
  const two = instance("two");
  two.notifier.tripped({
    rollout: "checkout",
    at: "2026-02-01T10:00:00.000Z",
    reason: "5 of 5 cells fail",
    instance: "two",
  });
  await turn(two.notifier);
  expect(all.came.toSorted()).toEqual(
    ["quiet", "team"].map((name) => `two ${name} trip-two-checkout-2026-02-01T10:00:00.000Z:${name}`),
  );
  expect(all.notices[0]).toMatchObject({ event: "local-trip", severity: "critical", verdict: "FAIL" });
  expect(await two.notifier.test("team", "token:anna")).toEqual(ok);
  all.answer = { kind: "refused", why: "it answered 404" };
  expect(await two.notifier.test("team", "token:anna")).toEqual(all.answer);
  expect(all.outcomes.at(-1)).toBe("team test failed: it answered 404");
  expect(two.notifier.channels()[0]).toMatchObject({ lost: null });
  expect(all.notices.at(-1)).toMatchObject({ event: "test", document: { title: "Sombra: a test of team" } });
});
