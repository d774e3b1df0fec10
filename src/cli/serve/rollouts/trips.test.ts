import { describe, expect, it } from "vitest";
import { rollout } from "../../../admin/calls/sample.ts";
import type { ActAnswer, Order } from "../../../rollout/index.ts";
import { createHolding } from "../registry/holding.ts";
import { tripsIn, tripsText, type LocalTrip } from "./trip.ts";
import { createTrips } from "./trips.ts";

const trip: LocalTrip = {
  rollout: "events",
  flag: "CANONICAL",
  phase: "list",
  at: "2026-01-02",
  reason: "5 of 5",
  to: null,
};

function world(known: readonly LocalTrip[] = []) {
  const held: (readonly [readonly string[], number])[] = [];
  const told: (readonly [string, boolean])[] = [];
  const orders: Order[] = [];
  const answers: ActAnswer[] = [];
  let over = false;
  const trips = createTrips({
    known,
    instance: "one",
    isOver: () => over,
    version: () => 7,
    async act(order) {
      orders.push(order);
      const answer = answers.shift() ?? { kind: "done", what: "" };
      over ||= answer.kind === "done";
      return answer;
    },
    hold: (all, version) => held.push([all.map(({ flag }) => flag), version]),
    told: ({ rollout: id }, isOver) => told.push([id, isOver]),
    now: () => 0,
    fault: () => undefined,
  });
  return { trips, held, told, orders, answers };
}

describe("a local trip", () => {
  it("holds at once, commits the rollback, and is lifted once that is in force", async () => {
    const { trips, held, told, orders } = world();
    trips.trip(rollout(), "5 of 5 cells");
    expect([held, told]).toEqual([[[["CANONICAL"], 7]], [["events", false]]]);
    await trips.turn();
    expect(orders).toMatchObject([{ action: "rollback", rollout: "events", to: null, by: "local-trip one" }]);
    expect(orders[0]).toHaveProperty("reason", expect.stringContaining("5 of 5 cells"));
    expect([held.at(-1), told.at(-1), trips.held()]).toEqual([[[], 7], ["events", true], []]);
  });

  it("is tried again for as long as the store does not take it, and told once", async () => {
    const { trips, told, orders, answers } = world();
    answers.push({ kind: "failed", why: "away" }, { kind: "failed", why: "away" });
    trips.trip(rollout(), "bad");
    trips.trip(rollout(), "worse");
    await trips.turn();
    expect(trips.held()).toMatchObject([{ reason: "bad" }]);
    await trips.turn();
    await trips.turn();
    expect([orders.length, trips.held(), told]).toEqual([
      3,
      [],
      [
        ["events", false],
        ["events", true],
      ],
    ]);
  });

  it("of what served after a rollback takes it further back", async () => {
    const { trips, orders } = world();
    const back = { phase: 2, since: "", by: "rollout", reason: "errors" };
    trips.trip(rollout({ status: { name: "rolled-back", to: "previous", ...back } }), "5 of 5 cells");
    await trips.turn();
    expect(orders).toMatchObject([{ action: "rollback", to: "shadow" }]);
  });

  it("of the process before holds from the start", () => {
    const { held, trips } = world(tripsIn(tripsText([trip])));
    expect([held, trips.held()]).toEqual([[[["CANONICAL"], 0]], [trip]]);
  });

  it("that an earlier release kept holds as well, and goes back to where the plan says", () => {
    const { to: _, ...earlier } = trip;
    expect(tripsIn(JSON.stringify([earlier]))).toEqual([trip]);
  });

  it("that cannot be read is none", () => {
    expect([tripsIn(null), tripsIn("{"), tripsIn('[{"rollout":1}]'), tripsText([])]).toEqual([[], [], [], null]);
  });
});

describe("what the data plane holds off", () => {
  it("is lifted with the flags that take its place, not before", () => {
    let changes = 0;
    const holding = createHolding([], () => (changes += 1));
    holding.hold([trip], 3);
    expect(holding.keys(3)).toEqual(["CANONICAL"]);
    holding.hold([], 5);
    expect([holding.keys(3), holding.keys(4), holding.trips()]).toEqual([["CANONICAL"], ["CANONICAL"], []]);
    expect([holding.keys(5), holding.keys(4), changes]).toEqual([[], [], 2]);
  });
});
