import { expect, test } from "vitest";
import { marked, text } from "../../../compare/effects/sample.ts";
import { createSilences } from "./silences.ts";

function silences() {
  const said: string[] = [];
  const { saw, isSilent } = createSilences({
    alarm: (alarm, message) => said.push(`${alarm}: ${message}`),
    alarmOver: (alarm, message) => said.push(`over ${alarm}: ${message}`),
  });
  return { saw, isSilent, said };
}

const missed = { legacy: [text("Olá")], candidate: [] };

test("a candidate that does nothing is told of once on each route, and told of again when it does something", () => {
  const { saw, isSilent, said } = silences();
  for (let i = 0; i < 30; i += 1) saw("one", missed);
  for (let i = 0; i < 19; i += 1) saw("other", missed);
  expect([isSilent("one"), isSilent("other")]).toEqual([true, false]);
  saw("one", { legacy: [text("Olá")], candidate: [marked("m", { side: "candidate" })] });
  expect(isSilent("one")).toBe(false);
  expect(said).toEqual([
    "candidate-silent: Route one: candidate does nothing where legacy sends: shared deduplication store?",
    "over candidate-silent: Route one: the candidate does something again",
  ]);
});

test("items in which legacy sends nothing say nothing", () => {
  const { saw, isSilent, said } = silences();
  for (let i = 0; i < 30; i += 1) saw("one", { legacy: [marked("m")], candidate: [] });
  expect([isSilent("one"), said]).toEqual([false, []]);
});
