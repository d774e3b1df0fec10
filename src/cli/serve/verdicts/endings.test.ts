import { expect, test } from "vitest";
import type { Settled } from "../../../mirror/index.ts";
import { createEndings, type Outcome, type Waiting } from "./endings.ts";

const match: Settled = { state: { state: "compared", substate: "match" }, verdict: { kind: "match" }, compareMs: 1 };
const given: Settled = { state: { state: "skipped", substate: "queue-full" }, verdict: null, compareMs: 1 };
const known: Outcome = { settled: match, twin: null };

function world(max: number) {
  const ended: string[] = [];
  const faults: string[] = [];
  const endings = createEndings({ fault: (operation) => void faults.push(operation), givenUp: () => given, max });
  const add = (name: string, outcome: Outcome | Promise<Outcome>): void => {
    const done: Waiting["done"] = ([settled]) => void ended.push(`${name} ${settled?.state.substate}`);
    const waiting = { settled: [match], done } as unknown as Waiting;
    endings.add({ waiting, items: [], outcomes: [outcome] });
  };
  return { add, ended, faults, turn: () => new Promise((resolve) => setImmediate(resolve)) };
}

test("where too many wait for one that is compared elsewhere it is given up, and ends once", async () => {
  const { add, ended, faults, turn } = world(2);
  const first = Promise.withResolvers<Outcome>();
  const second = Promise.withResolvers<Outcome>();
  add("a", first.promise);
  add("b", known);
  expect(ended).toEqual([]);
  add("c", second.promise);
  expect(ended).toEqual(["a queue-full", "b match"]);
  first.resolve(known);
  await turn();
  add("d", known);
  second.resolve(known);
  await turn();
  expect(ended).toEqual(["a queue-full", "b match", "c match", "d match"]);
  expect(faults).toEqual([]);
});
