import { describe, expect, test } from "vitest";
import { applyChange, emptyFlagState, miscountedFlags, type Change, type FlagState } from "./change.ts";
import { withLists, type FlagOf } from "./flag.ts";
import { sampleFlag, stateOf, writtenFlag } from "./sample.ts";

const A = sampleFlag({ key: "A", allowlist: ["alice", "bob"], denylist: ["carol"], version: 3 });
const STATE = stateOf([A, { key: "B", forceOn: ["alice"] }], { vip: ["alice"], staff: ["bob"] });

const counted = (changes: Partial<FlagOf<number>> = {}): FlagOf<number> => ({
  ...withLists(A, (members) => members.length),
  ...changes,
});

function flagAfter(change: Partial<Change>, state: FlagState = STATE): unknown {
  const flag = applyChange(state, { flags: [], lists: [], ...change }).flags.get("A");
  return flag && writtenFlag(flag);
}

describe("a flag that is set", () => {
  test("keeps the lists of which nothing is said", () => {
    const flag = counted({ percent: 5, version: 8 });
    expect(flagAfter({ flags: [{ kind: "set", flag }] })).toEqual({ ...A, percent: 5, version: 8 });
  });

  test("has its lists edited, replaced and dropped", () => {
    const change: Change = {
      flags: [{ kind: "set", flag: counted({ allowlist: 2, denylist: 2, forceOn: 0 }) }],
      lists: [
        { kind: "edited", list: "allowlist:A", added: ["dave"], removed: ["alice"] },
        { kind: "replaced", list: "denylist:A", members: ["erin", "frank"] },
        { kind: "dropped", list: "forceOn:A" },
      ],
    };
    expect(flagAfter(change)).toEqual({ ...A, allowlist: ["bob", "dave"], denylist: ["erin", "frank"], forceOn: [] });
  });

  test("has no allowlist where its record has none, and an empty one where that was emptied", () => {
    const lists = [{ kind: "dropped", list: "allowlist:A" }] as const;
    const allowlistAfter = (allowlist: number | null): unknown =>
      flagAfter({ flags: [{ kind: "set", flag: counted({ allowlist }) }], lists });
    expect(allowlistAfter(null)).toMatchObject({ allowlist: null });
    expect(allowlistAfter(0)).toMatchObject({ allowlist: [] });
  });

  test("may be new, with lists that are edited out of nothing", () => {
    const change: Change = {
      flags: [{ kind: "set", flag: counted({ allowlist: 1, denylist: 0 }) }],
      lists: [{ kind: "edited", list: "allowlist:A", added: ["dave"], removed: ["alice"] }],
    };
    expect(flagAfter(change, emptyFlagState)).toEqual({ ...A, allowlist: ["dave"], denylist: [] });
  });
});

test("a flag that is removed is gone, and so are its lists for whoever sets it again", () => {
  const removed = applyChange(STATE, { flags: [{ kind: "removed", key: "A" }], lists: [] });
  expect([...removed.flags.keys()]).toEqual(["B"]);
  const flag = counted({ allowlist: 0, denylist: 0 });
  expect(flagAfter({ flags: [{ kind: "set", flag }] }, removed)).toEqual({ ...A, allowlist: [], denylist: [] });
});

test("audiences are stored, emptied and removed", () => {
  const { audiences, flags } = applyChange(STATE, {
    flags: [],
    lists: [
      { kind: "replaced", list: "audience:new", members: ["dave", "dave"] },
      { kind: "edited", list: "audience:vip", added: [], removed: ["alice"] },
      { kind: "dropped", list: "audience:staff" },
    ],
  });
  expect([...audiences].map(([name, table]) => [name, ...table.members()])).toEqual([["vip"], ["new", "dave"]]);
  expect([...flags.values()]).toEqual([...STATE.flags.values()]);
});

test("what does not change is shared with the state before, and that stays as it was", () => {
  const change: Change = {
    flags: [{ kind: "set", flag: counted({ allowlist: 3 }) }],
    lists: [{ kind: "edited", list: "allowlist:A", added: ["dave"], removed: [] }],
  };
  const next = applyChange(STATE, change);
  expect(next.flags.get("B")).toBe(STATE.flags.get("B"));
  expect(next.flags.get("A")?.denylist).toBe(STATE.flags.get("A")?.denylist);
  expect(next.audiences.get("vip")).toBe(STATE.audiences.get("vip"));
  expect(STATE.flags.get("A")?.allowlist?.size).toBe(2);
});

describe("a change for another state is told by its counts", () => {
  const edited: Change = {
    flags: [{ kind: "set", flag: counted({ allowlist: 3 }) }],
    lists: [{ kind: "edited", list: "allowlist:A", added: ["dave"], removed: [] }],
  };

  test("on the state it was made for they are right", () => {
    expect(miscountedFlags(edited, applyChange(STATE, edited))).toEqual([]);
  });

  test.each<[string, FlagState]>([
    ["without the flag", emptyFlagState],
    ["with one more allowed", stateOf([{ ...A, allowlist: ["alice", "bob", "erin"] }])],
    ["with another denylist", stateOf([{ ...A, denylist: [] }])],
    ["with another force on", stateOf([{ ...A, forceOn: ["erin"] }])],
  ])("on one %s they are not", (_, state) => {
    expect(miscountedFlags(edited, applyChange(state, edited))).toEqual(["A"]);
  });

  test("a removal counts nothing", () => {
    const removal: Change = { flags: [{ kind: "removed", key: "A" }], lists: [] };
    expect(miscountedFlags(removal, applyChange(emptyFlagState, removal))).toEqual([]);
  });
});
