import { describe, expect, it } from "vitest";
import type { Edited } from "../flags/index.ts";
import { unsetFlag, withLists } from "../flags/index.ts";
import { definition } from "../flags/sample.ts";
import { actorText, draftOf, killDraft } from "./audit-draft.ts";
import { keyed } from "./sample.ts";

const stamp = {
  at: "2026-01-02T03:04:05.000Z",
  actor: { kind: "token", name: "anna" } as const,
  reason: "why",
  environment: "test",
};
const head = withLists(unsetFlag(definition("CHECKOUT_ENABLED"), "token:anna"), (list) => list.length);
const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `4916011100${index}`);

const edited: Edited = {
  action: "flag-set",
  subject: "CHECKOUT_ENABLED",
  before: head,
  after: { ...head, allowlist: 2 },
  members: [
    { list: "allowlist:CHECKOUT_ENABLED", added: ids(2), removed: [] },
    { list: "denylist:CHECKOUT_ENABLED", added: [], removed: ids(1) },
  ],
};

describe("an audit entry", () => {
  it("says who, when, where and why, with the flag before and after", () => {
    expect(draftOf(edited, stamp, keyed)).toMatchObject({
      ...stamp,
      action: "flag-set",
      subject: "CHECKOUT_ENABLED",
      before: { key: "CHECKOUT_ENABLED", allowlist: null },
      after: { key: "CHECKOUT_ENABLED", allowlist: 2 },
    });
  });

  it("names the members that came and went by keyed hash, never as they are", () => {
    const { before, after } = draftOf(edited, stamp, keyed);
    expect(after).toHaveProperty("added", {
      "allowlist:CHECKOUT_ENABLED": { count: 2, hashes: ids(2).map((id) => keyed(id)) },
    });
    expect(before).toHaveProperty("removed", {
      "denylist:CHECKOUT_ENABLED": { count: 1, hashes: ids(1).map((id) => keyed(id)) },
    });
    expect(JSON.stringify([before, after])).not.toContain("49160");
  });

  it("names a thousand of a list at most, and counts and digests the rest", () => {
    const added = ids(1_500);
    const { after } = draftOf(
      { ...edited, members: [{ list: "forceOn:CHECKOUT_ENABLED", added, removed: [] }] },
      stamp,
      keyed,
    );
    expect(after).toHaveProperty(["added", "forceOn:CHECKOUT_ENABLED"], {
      count: 1_500,
      hashes: added.slice(0, 1_000).map((id) => keyed(id)),
      rest: { count: 500, digest: keyed(JSON.stringify(added.slice(1_000))) },
    });
  });

  it("of an audience counts", () => {
    const draft = draftOf(
      {
        action: "audience-removed",
        subject: "vip",
        before: 1,
        after: null,
        members: [{ list: "audience:vip", added: [], removed: ["x"] }],
      },
      stamp,
      keyed,
    );
    expect(draft.before).toEqual({ count: 1, removed: { "audience:vip": { count: 1, hashes: [keyed("x")] } } });
    expect(draft.after).toBeNull();
  });

  it("of a rollout names the shoppers of its plan by hash, and leaves out a plan that stays", () => {
    const [one, other] = ids(2);
    const rollout = (shopper: string, name: string) => {
      return { plan: { phases: [{ allowlist: [shopper], forceOn: null }] }, status: { name } };
    };
    const draft = (before: ReturnType<typeof rollout>, after: ReturnType<typeof rollout>) =>
      draftOf({ action: "rollout-set", subject: "x", before, after, members: [] }, stamp, keyed);
    const same = draft(rollout(one ?? "", "ready"), rollout(one ?? "", "running"));
    expect([same.before, same.after]).toEqual([{ status: { name: "ready" } }, { status: { name: "running" } }]);
    const changed = draft(rollout(one ?? "", "draft"), rollout(other ?? "", "draft"));
    expect(changed.after).toEqual({
      plan: { phases: [{ allowlist: { count: 1, hashes: [keyed(other ?? "")] }, forceOn: null }] },
      status: { name: "draft" },
    });
    expect(JSON.stringify([same, changed])).not.toContain("49160");
  });

  it("of the kill switch shows it before and after", () => {
    const kill = { at: stamp.at, by: "token:anna", reason: "why" };
    expect(killDraft(null, kill, stamp)).toMatchObject({ action: "kill", subject: "", before: null, after: kill });
    expect(killDraft(kill, null, stamp)).toMatchObject({ action: "kill-undone", before: kill, after: null });
  });
});

it("writes an actor as kind and name", () => {
  expect(actorText(stamp.actor)).toBe("token:anna");
});
