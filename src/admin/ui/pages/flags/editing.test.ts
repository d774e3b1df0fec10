import { describe, expect, it } from "vitest";
import { filled, flagIn, unescaped, withFlags } from "./sample.ts";

const shopper = "5511999990000";
const cut = { CANONICAL_SHADOW: { enabled: false }, CANONICAL_DUAL: { enabled: false } };

describe("a flag that is edited", () => {
  it("is written with the reason, only in what was changed", async () => {
    const admin = await withFlags({ search: { enabled: true, percent: 5 } });
    const fields = await filled(admin.reader, "/flags/search/edit", { percent: "7,5", reason: "it goes well" });
    expect(
      await admin.reader.send("/flags/search/edit", { ...fields, step: "save" }, "/flags/search/edit"),
    ).toMatchObject({
      status: 303,
      headers: { location: "/flags/search" },
    });
    expect(flagIn(admin, "search")).toMatchObject({ enabled: true, percent: 7.5 });
    expect(admin.flags.audit[0]).toMatchObject({ reason: "it goes well", actor: { kind: "dashboard" } });
  });

  it("is not written without a reason, nor by a preview", async () => {
    const admin = await withFlags({ search: { percent: 5 } });
    const fields = await filled(admin.reader, "/flags/search/edit", { percent: "25" });
    const asked = await admin.reader.send("/flags/search/edit", fields);
    expect(asked.text).toContain("Say why, in a sentence");
    const preview = await admin.reader.send("/flags/search/edit", { ...fields, step: "preview" });
    expect(preview.text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ")).toContain(
      "search turns on for 20 % of the shoppers",
    );
    expect(flagIn(admin, "search")?.percent).toBe(5);
  });

  it("takes lists as they are pasted, and never shows a member", async () => {
    const admin = await withFlags({ search: { percent: 5, forceOn: [shopper] } });
    const members = Array.from({ length: 100_000 }, (_, n) => String(5_511_000_000_000 + n)).join("\n");
    const lists = {
      "denylist.do": "replace",
      "denylist.members": members,
      "forceOn.do": "add",
      "forceOn.members": '["7", "8"]',
    };
    const fields = await filled(admin.reader, "/flags/search/edit", { ...lists, reason: "asked for by legal" });
    expect(await admin.reader.send("/flags/search/edit", fields)).toMatchObject({ status: 303 });
    expect(flagIn(admin, "search")?.denylist.size).toBe(100_000);
    expect(flagIn(admin, "search")?.forceOn.size).toBe(3);
    for (const path of ["/flags", "/flags/search", "/flags/search/edit", "/audit"]) {
      const { text } = await admin.reader.open(path);
      expect(text).not.toMatch(/55\d{11}/);
      expect(text.length).toBeLessThan(60_000);
    }
  });

  it("keeps what was typed where somebody else was faster, and tells what they did", async () => {
    const admin = await withFlags({ search: { enabled: true, percent: 5 } });
    const mine = await filled(admin.reader, "/flags/search/edit", { percent: "10", reason: "mine" });
    const theirs = await filled(admin.reader, "/flags/search/edit", { description: "New <search>", reason: "theirs" });
    await admin.reader.send("/flags/search/edit", theirs);
    const told = await admin.reader.send("/flags/search/edit", mine);
    expect(told.status).toBe(409);
    expect(told.text).toContain("Somebody else changed it meanwhile");
    expect(told.text).toContain("<ins>New &lt;search&gt;</ins>");
    expect(told.text).toMatch(/name="percent"\s+value="10"/);
    const [, now = ""] = /name="now" value="(\d+)"/.exec(told.text) ?? [];
    expect(await admin.reader.send("/flags/search/edit", { ...mine, now })).toMatchObject({ status: 303 });
    expect(flagIn(admin, "search")).toMatchObject({ description: "New <search>", percent: 10 });
  });

  it("asks once more where it cuts shoppers over, naming how many, and checks before", async () => {
    const asked: (string | undefined)[] = [];
    const checks = async (route?: string) => {
      asked.push(route);
      return [{ name: "audit", status: "ok", text: "whole" } as const];
    };
    const admin = await withFlags({ CANONICAL: { percent: 5 }, ...cut }, { checks });
    const fields = await filled(admin.reader, "/flags/CANONICAL/edit", { percent: "15", reason: "next step" });
    const question = await admin.reader.send("/flags/CANONICAL/edit", fields);
    expect(question.text).toContain("Cut over 10 % of the shoppers");
    expect(asked).toEqual(["default"]);
    expect(flagIn(admin, "CANONICAL")?.percent).toBe(5);
    const [, confirmed = ""] = /name="confirmed"\s+value="([^"]*)"/.exec(question.text) ?? [];
    // What was said of another share is not said of this one.
    await admin.reader.send("/flags/CANONICAL/edit", { ...fields, percent: "50", confirmed: unescaped(confirmed) });
    expect(flagIn(admin, "CANONICAL")?.percent).toBe(5);
    expect(
      await admin.reader.send("/flags/CANONICAL/edit", { ...fields, confirmed: unescaped(confirmed) }),
    ).toMatchObject({
      status: 303,
    });
    expect(flagIn(admin, "CANONICAL")?.percent).toBe(15);
  });

  it("cuts nobody over while checks fail, unless the glass is broken", async () => {
    const checks = async () => [{ name: "egress", status: "fail", text: "nothing is held" } as const];
    const admin = await withFlags({ CANONICAL: { percent: 5 }, ...cut }, { checks });
    const fields = await filled(admin.reader, "/flags/CANONICAL/edit", { percent: "15", reason: "must" });
    const refused = await admin.reader.send("/flags/CANONICAL/edit", fields);
    expect(refused.text).toContain("nothing is held");
    const [, confirmed = "none"] = /name="confirmed"\s+value="([^"]*)"/.exec(refused.text) ?? [];
    expect(confirmed).toBe("none");
    const question = await admin.reader.send("/flags/CANONICAL/edit", { ...fields, break_glass: "yes" });
    const [, meant = ""] = /name="confirmed"\s+value="([^"]*)"/.exec(question.text) ?? [];
    await admin.reader.send("/flags/CANONICAL/edit", { ...fields, break_glass: "yes", confirmed: unescaped(meant) });
    expect(flagIn(admin, "CANONICAL")?.percent).toBe(15);
    expect(admin.flags.audit[0]?.reason).toBe("Break-glass: must");
  });

  it("says what is wrong with it, and why it is refused", async () => {
    const admin = await withFlags({ CANONICAL: { enabled: true } });
    const fields = await filled(admin.reader, "/flags/CANONICAL_SHADOW/edit", { reason: "x" });
    for (const [changes, said] of [
      [{ percent: "101" }, "Percent must be a number from 0 to 100"],
      [{ settings: "[1]" }, "Settings must be a JSON object"],
      [{ "allowlist.do": "add" }, "paste the shoppers"],
      [{ "allowlist.members": "1" }, "say what to do with the shoppers"],
      [{ "allowlist.do": "add", "allowlist.members": "1" }, "this would cut over"],
      [{ audience: "nobody-knows" }, "the name of a stored audience"],
      [{}, "there is nothing to save"],
    ] as const) {
      const { text } = await admin.reader.send("/flags/CANONICAL_SHADOW/edit", { ...fields, ...changes });
      expect(text, JSON.stringify(changes)).toContain(said);
    }
    expect(admin.flags.audit).toHaveLength(1);
  });
});

describe("a flag that a rollout holds", () => {
  it("says so with a link, is refused with why, and written when the glass is broken with a reason", async () => {
    const admin = await withFlags({ CANONICAL: { percent: 5 } });
    const value = { plan: { flag: "CANONICAL" }, status: { name: "running" } };
    const actor = { kind: "automatic", name: "rollout" } as const;
    const edits = [{ kind: "document", collection: "rollout", id: "spring", value }] as const;
    await admin.flags.deps.write({ edits, actor, reason: null, expect: {} });
    for (const path of ["/flags", "/flags/CANONICAL"]) {
      const { text } = await admin.reader.open(path);
      expect(text).toMatch(/href="\/rollouts\/spring"[^>]*>\s*Under the rollout spring, which is running/);
    }
    const fields = await filled(admin.reader, "/flags/CANONICAL/edit", { percent: "7", reason: "by hand" });
    const refused = await admin.reader.send("/flags/CANONICAL/edit", fields);
    expect(refused.text).toContain("is under the rollout");
    expect(refused.text).toContain('name="break_glass"');
    expect(flagIn(admin, "CANONICAL")?.percent).toBe(5);
    await admin.reader.send("/flags/CANONICAL/edit", { ...fields, break_glass: "yes" });
    expect(flagIn(admin, "CANONICAL")?.percent).toBe(7);
    expect(admin.flags.audit[0]?.reason).toBe("Break-glass: by hand");
  });
});
