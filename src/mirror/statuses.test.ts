import { describe, expect, test } from "vitest";
import type { Mode } from "../model/index.ts";
import type { JudgedItem } from "../proxy/index.ts";
import { renamedFor, type SentMessages, unknownSent, withSender } from "./statuses.ts";

/** Legacy sent `l` and `both`, which the candidate knows as `held`; the candidate sent `c`; nobody knows of `x`. */
const sent: SentMessages = {
  by: (id) => ({ l: "legacy", both: "legacy", c: "candidate" }[id] as "legacy" | "candidate" | undefined) ?? null,
  candidateIdOf: (id) => (id === "both" ? "held" : null),
  legacyIdOf: (id) => (id === "c" ? "held-by-legacy" : null),
  legacySends: () => true,
  ask: () => null,
};

const judged = (about: string | null, mode: Mode): JudgedItem => ({
  item: { id: `${about}:read`, kind: "status.read", shopper: "s", person: null, phone: null, about },
  mode,
  reason: "percent",
  flags: [],
  skip: mode === "legacy" ? "not-enabled" : null,
  unreversed: "cut-over",
  story: null,
});

/** As `mode skip reason`. */
function became(about: string | null, mode: Mode, rules: { cutoverPossible: boolean; sent?: SentMessages }): string {
  const after = withSender(judged(about, mode), { sent, ...rules });
  return `${after.mode} ${after.skip} ${after.reason}`;
}

describe("a status where somebody is cut over", () => {
  test.each<readonly [about: string | null, mode: Mode, string]>([
    ["c", "legacy", "cutover null sent-by-candidate"],
    ["c", "shadow", "cutover null sent-by-candidate"],
    ["c", "dual-run", "cutover null sent-by-candidate"],
    ["c", "cutover", "cutover null sent-by-candidate"],
    ["l", "cutover", "legacy not-comparable sent-by-legacy"],
    ["both", "cutover", "legacy not-comparable sent-by-legacy"],
    ["x", "cutover", "cutover null percent"],
    ["l", "legacy", "legacy not-enabled percent"],
    ["x", "legacy", "legacy not-enabled percent"],
    ["l", "dual-run", "dual-run not-comparable percent"],
    ["both", "dual-run", "dual-run null percent"],
    ["x", "shadow", "shadow not-comparable percent"],
    [null, "cutover", "cutover null percent"],
    [null, "shadow", "shadow null percent"],
  ])("of %j by flags %j becomes %j", (about, mode, expected) => {
    expect(became(about, mode, { cutoverPossible: true })).toBe(expected);
  });
});

describe("a status where nobody is cut over", () => {
  test.each<readonly [about: string, mode: Mode, string]>([
    ["c", "legacy", "legacy not-enabled percent"],
    ["c", "shadow", "shadow null percent"],
    ["l", "shadow", "shadow not-comparable percent"],
    ["both", "shadow", "shadow null percent"],
    ["x", "dual-run", "dual-run not-comparable percent"],
  ])("of %j by flags %j becomes %j", (about, mode, expected) => {
    expect(became(about, mode, { cutoverPossible: false })).toBe(expected);
  });

  test("that nobody knows is mirrored where legacy was never seen to send", () => {
    const rules = { cutoverPossible: false, sent: { ...sent, legacySends: () => false } };
    expect(became("x", "shadow", rules)).toBe("shadow null percent");
    expect(became("l", "shadow", rules)).toBe("shadow not-comparable percent");
  });
});

describe("a status in reverse shadow", () => {
  const reversed = (about: string): JudgedItem => ({ ...judged(about, "cutover"), unreversed: null });
  const after = (about: string, changes: Partial<SentMessages> = {}) =>
    withSender(reversed(about), { sent: { ...sent, ...changes }, cutoverPossible: true });

  test("is legacy's too where it sent the message as well, under its own id", () => {
    expect(after("c").unreversed).toBeNull();
    expect(renamedFor([reversed("c"), judged("c", "cutover")], sent)).toEqual(new Map([["c", "held-by-legacy"]]));
    expect(after("c", { legacyIdOf: () => null }).unreversed).toBe("not-comparable");
  });

  test("of a message that nobody knows is legacy's too where it was never seen to send", () => {
    expect(after("x").unreversed).toBe("not-comparable");
    expect(after("x", { legacySends: () => false }).unreversed).toBeNull();
  });

  test("that the flags give to legacy is not reversed because the candidate sent the message", () => {
    expect(withSender(judged("c", "shadow"), { sent, cutoverPossible: true })).toMatchObject({
      mode: "cutover",
      unreversed: "cut-over",
    });
  });
});

describe("others are asked", () => {
  const items = [judged("x", "shadow"), judged("y", "legacy"), judged("l", "shadow"), judged(null, "shadow")];

  test("of messages that are not known here, each once", () => {
    expect(unknownSent([...items, judged("x", "shadow")], { sent, cutoverPossible: true })).toEqual(["x", "y"]);
  });

  test("not of those that are legacy's whoever sent them", () => {
    expect(unknownSent(items, { sent, cutoverPossible: false })).toEqual(["x"]);
  });
});

test("the candidate is told its own id beside legacy, and no other", () => {
  const items = [judged("both", "shadow"), judged("l", "shadow"), judged("c", "dual-run"), judged(null, "shadow")];
  expect(renamedFor(items, sent)).toEqual(new Map([["both", "held"]]));
  const redelivered: JudgedItem = { ...judged("both", "dual-run"), skip: "redelivery" };
  expect(renamedFor([judged("both", "cutover"), judged("both", "legacy"), redelivered], sent).size).toBe(0);
});
