import { afterEach, describe, expect, test } from "vitest";
import { plan } from "../rollout/controller/sample.ts";
import type { Audience, Plan, Rollout } from "../rollout/index.ts";
import { aRollout, running } from "./sample.ts";
import { back, closeAll, ok, turn, world } from "../../test/support/notifier-world.ts";

afterEach(closeAll);

describe("regular messages", () => {
  const audience = (changes: Partial<Audience>): Audience => ({
    channel: "team",
    frequency: "daily",
    owner: "anna",
    template: "digest",
    ...changes,
  });
  const withPlan = (changes: Partial<Plan>): Rollout => aRollout(running(), { id: "checkout", plan: plan(changes) });

  test("go to their audiences, by day and as a phase is left, with what happened since", async () => {
    const { all, instance, happens } = world();
    all.rollouts = [
      withPlan({
        audiences: [
          audience({}),
          audience({
            frequency: "phase",
            template: { title: "{rollout}: {phase}", text: "{happened}\n\nEvents: {events}" },
          }),
          audience({ frequency: "end", template: "executive" }),
          audience({ channel: "nowhere" }),
        ],
      }),
    ];
    all.events = { order_created: 5 };
    const one = instance("one", { events: ["rollback"] });
    await one.lead();
    all.nowMs = Date.parse("2026-02-01T08:00:00Z");
    await turn(one.notifier);
    all.nowMs = Date.parse("2026-02-01T09:00:00Z");
    all.events = { order_created: 12 };
    await turn(one.notifier);
    await turn(one.notifier);
    expect(all.notices.map(({ document }) => document.title)).toEqual(["Team digest: checkout is running in ten"]);
    all.notices = [];
    happens(running(), running(2));
    await turn(one.notifier);
    expect(all.notices.map(({ document }) => document)).toEqual([
      {
        title: "checkout: all",
        blocks: [
          { kind: "text", text: expect.stringContaining("entered all") },
          { kind: "text", text: "Events: order_created 7" },
        ],
      },
    ]);
    all.notices = [];
    happens(running(2), back, { reason: "errors" });
    await turn(one.notifier);
    expect(all.notices.map(({ document }) => document.title).toSorted()).toEqual([
      "Executive report: checkout is rolled-back",
      "checkout: rolled back from ten to shadow",
      "checkout: rolled back from ten to shadow",
      "checkout: ten",
    ]);
  });

  test("say phase, percent, enabled and the events of 24 h, or that none was recorded", async () => {
    const { all, instance } = world();
    const one = instance("one", { dailyStatus: true });
    await one.lead();
    all.nowMs = Date.parse("2026-02-01T09:00:00Z");
    await turn(one.notifier);
    expect(all.notices).toHaveLength(2);
    expect(all.notices[0]?.document).toMatchObject({
      title: "checkout: running in ten",
      blocks: [
        {
          facts: expect.arrayContaining([
            { name: "Phase", value: "ten" },
            { name: "Percent", value: "10 %" },
            { name: "Enabled", value: "yes" },
            { name: "Events of the last 24 h", value: "none was recorded" },
          ]),
        },
        {},
        {},
      ],
    });
    all.events = { order_created: 12, cart: 3 };
    expect(await one.notifier.status("checkout", "team")).toEqual(ok);
    expect(all.notices.at(-1)?.facts).toMatchObject({
      percent: 10,
      enabled: true,
      events_24h: { order_created: 12, cart: 3 },
    });
    expect([await one.notifier.status("other", "team"), await one.notifier.status("checkout", "other")]).toEqual([
      "unknown",
      "unknown",
    ]);
  });
});
