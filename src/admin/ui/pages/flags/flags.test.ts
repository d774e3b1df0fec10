import { describe, expect, it } from "vitest";
import { sampleToken } from "../../../sample.ts";
import { filled, flagIn, unescaped, withFlags } from "./sample.ts";

const tokens = [sampleToken("eva", ["read"]), sampleToken("ana", ["operate"])] as const;
const shopper = "5511999990000";

describe("the list of flags", () => {
  it("says in words for whom each is on, and what those of a route come to", async () => {
    const { reader } = await withFlags({
      CANONICAL: { percent: 5, forceOn: ["1", "2", "3"] },
      search: { enabled: true, denylist: ["1"] },
      closed: { allowlist: ["1"] },
      gone: { enabled: false },
    });
    const words = await reader.words("/flags");
    expect(words).toContain("share A shopper whom no list names gets dual-run");
    expect(words).toContain("CANONICAL in use at all on for 5 % and 3 shoppers store");
    // Whom a route's flags touch is said on the first page as well.
    expect(await reader.words("/")).toContain("CANONICAL on for 5 % and 3 shoppers");
    expect(words).toContain("search on for everybody, never for 1 shopper");
    expect(words).toContain("closed on for its allowlist of 1 shopper");
    expect(words).toContain("gone off");
    const { text } = await reader.open("/flags", { "accept-language": "pt-BR" });
    expect(text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ")).toContain("ligada para 5 % e 3 shoppers");
  });

  it("comes in pages", async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`flag-${n}`, { enabled: true }]));
    const { reader } = await withFlags(many);
    const first = await reader.open("/flags");
    expect(first.text.match(/<tr>/g)?.length).toBeLessThan(60);
    expect(await reader.words("/flags?page=3")).toContain("Page 3 of 3");
    expect(await reader.words("/flags?q=FLAG-77")).toContain("flag-77");
  });
});

describe("a flag that is made, turned off, deleted, put back", () => {
  it("is made by the same form, once", async () => {
    const admin = await withFlags();
    const fields = { key: "search", version: "0", was: "{}", enabled: "true", percent: "5", reason: "begin" };
    expect(await admin.reader.send("/flags-new", fields)).toMatchObject({ status: 303 });
    expect(flagIn(admin, "search")).toMatchObject({ enabled: true, percent: 5 });
    expect((await admin.reader.send("/flags-new", fields)).text).toContain("There is a flag of this key already");
    expect((await admin.reader.send("/flags-new", { ...fields, key: "a b" })).text).toContain("key must be");
  });

  it("is turned off at once, and not where that would cut over", async () => {
    const admin = await withFlags({ search: { percent: 5 }, CANONICAL: { enabled: true } });
    expect(await admin.reader.send("/flags/search/off", { reason: "" })).toMatchObject({ status: 303 });
    expect(flagIn(admin, "search")).toMatchObject({ enabled: false, percent: 5 });
    expect((await admin.reader.open("/flags/CANONICAL_SHADOW")).text).not.toContain("/off");
    expect(await admin.reader.send("/flags/CANONICAL_SHADOW/off", {})).toMatchObject({ status: 503 });
  });

  it("is deleted with a reason", async () => {
    const admin = await withFlags({ search: { percent: 5 } });
    const version = String(flagIn(admin, "search")?.version);
    expect(await admin.reader.send("/flags/search/delete", { version, reason: "unused" })).toMatchObject({
      status: 303,
    });
    expect(flagIn(admin, "search")).toBeUndefined();
    expect(admin.flags.audit[0]).toMatchObject({ action: "flag-removed", reason: "unused" });
  });

  it("is put back to what it was before a change, lists as far as they are known", async () => {
    const admin = await withFlags({ search: { percent: 5, forceOn: ["1", "2"] } });
    await admin.json("/api/flags/search?reason=oops", { method: "PATCH", body: { percent: 50, forceOn: ["3"] } });
    const version = String(flagIn(admin, "search")?.version);
    const words = await admin.reader.words("/flags/search/revert/2");
    expect(words).toContain("Put search back");
    expect(await admin.reader.send("/flags/search/revert/2", { version, reason: "undo" })).toMatchObject({
      status: 303,
    });
    const flag = flagIn(admin, "search");
    expect(flag?.percent).toBe(5);
    expect([...(flag?.forceOn.members() ?? [])]).toEqual(["1", "2"]);
    expect(await admin.reader.open("/flags/search/revert/99")).toMatchObject({ status: 404 });
  });
});

describe("what a flag says of a shopper", () => {
  it("is told with rule, bucket and lists, to who only reads as well; the id is in no address and comes back in no page", async () => {
    const access = { tokens, hosts: [] };
    const admin = await withFlags({ CANONICAL: { percent: 5, forceOn: [shopper] } }, { access });
    await admin.reader.send("/sign-in", { token: "eva" }, "/sign-in");
    const { text, status } = await admin.reader.send("/flags/CANONICAL/explain", { shopper }, "/flags/CANONICAL");
    const words = text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
    expect(status).toBe(200);
    expect(words).toContain(
      "on the shopper is in forceOn Rule that decided force_on Bucket not asked Lists that name this shopper forceOn Mode on default dual-run",
    );
    expect(text).not.toContain(shopper);
    const other = await admin.reader.send("/flags/CANONICAL/explain", { shopper: "x" }, "/flags/CANONICAL");
    expect(other.text).toMatch(/of 100,000; on below 5,000/);
  });

  it("is all that a reader may: the rest is not offered, and refused", async () => {
    const admin = await withFlags({ search: { percent: 5 } }, { access: { tokens, hosts: [] } });
    await admin.reader.send("/sign-in", { token: "eva" }, "/sign-in");
    for (const path of ["/flags", "/flags/search", "/audiences"]) {
      expect((await admin.reader.open(path)).text).not.toMatch(/\/(?:edit|off|delete|revert)|flags-new|audiences-new/);
    }
    for (const path of [
      "/flags/search/edit",
      "/flags/search/off",
      "/flags/search/delete",
      "/flags-new",
      "/audiences-new",
    ]) {
      expect(await admin.reader.send(path, { reason: "x" })).toMatchObject({ status: 403 });
    }
    expect(flagIn(admin, "search")?.percent).toBe(5);
  });
});

describe("the share of a route", () => {
  it("is changed in both flags by one write, asked once more by how many", async () => {
    const admin = await withFlags({ CANONICAL: { enabled: true } });
    const version = String(admin.flags.deps.flags()?.snapshot.version);
    const fields = { version, aim: "share", percent: "20", reason: "go" };
    const question = await admin.reader.send("/flags-cutover/default", fields);
    expect(question.text).toContain("Cut over 20 % of the shoppers");
    const [, confirmed = ""] = /name="confirmed"\s+value="([^"]*)"/.exec(question.text) ?? [];
    expect(
      await admin.reader.send("/flags-cutover/default", { ...fields, confirmed: unescaped(confirmed) }),
    ).toMatchObject({
      status: 303,
    });
    expect([flagIn(admin, "CANONICAL_SHADOW")?.percent, flagIn(admin, "CANONICAL_DUAL")?.percent]).toEqual([80, 80]);
    const now = String(admin.flags.deps.flags()?.snapshot.version);
    expect(
      await admin.reader.send("/flags-cutover/default", { version: now, aim: "shadow", reason: "back" }),
    ).toMatchObject({
      status: 303,
    });
    expect(flagIn(admin, "CANONICAL_SHADOW")).toMatchObject({ enabled: true, percent: 100 });
  });
});

it("names and texts of flags and of people are texts wherever they stand", async () => {
  const attack = `x"'><img src=x onerror=alert(1)>&`;
  const admin = await withFlags({ search: { description: attack, percent: 5, settings: { [attack]: attack } } });
  await admin.json(`/api/flags/search?reason=${encodeURIComponent(attack)}`, { method: "PATCH", body: { percent: 6 } });
  const edit = await filled(admin.reader, "/flags/search/edit", { audience: attack, reason: attack });
  const pages = [
    ...(await Promise.all(
      [
        "/flags",
        "/flags/search",
        "/flags/search/edit",
        "/flags/search/revert/2",
        "/audit",
        `/audit?subject=${encodeURIComponent(attack)}&action=${encodeURIComponent(attack)}`,
        `/flags?q=${encodeURIComponent(attack)}`,
      ].map((path) => admin.reader.open(path)),
    )),
    await admin.reader.send("/flags/search/edit", edit),
  ];
  for (const { text } of pages) {
    expect(text).not.toContain("<img");
    expect(text).not.toContain(`"'>`);
  }
});
