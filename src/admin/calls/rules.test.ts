import { sampleNow } from "../../../test/support/admin-flags.ts";
import { createBook, readsOf } from "../../account/index.ts";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../model/index.ts";
import { sampleRules, startForTest } from "../sample.ts";
import { sampleDivergence, sampleItem, sampleRecord, tallyExchange } from "../ui/sample.ts";

const dates = { path: "/body/at", owner: "anna", reason: "clocks", ignore: true };
const inFile: Rule = {
  id: "from-file",
  route: null,
  itemKind: null,
  where: null,
  path: "/body/id",
  action: { kind: "ignore" },
  owner: "team",
  reason: "ids",
  expiresAt: sampleNow - 1,
  source: "file",
};

describe("rules", () => {
  it("are those of the file and those of the store, each with whose it is, why, and whether it is over", async () => {
    const { json, tally } = await startForTest({ rules: { ...sampleRules, ofFile: [inFile] } });
    tally.counter("sombra_rule_hidden_total", { rule: "dates" }).add(7);
    await json("/api/rules/dates", { method: "PUT", body: { ...dates, expires: "2026-06-01" } });
    const { value } = await json("/api/rules");
    expect(value).toMatchObject({
      rules: [
        {
          id: "from-file",
          source: "file",
          owner: "team",
          reason: "ids",
          expires: "2026-01-02T03:04:04.999Z",
          expired: true,
          hidden: 0,
          version: 0,
        },
        {
          id: "dates",
          source: "api",
          path: "/body/at",
          owner: "anna",
          reason: "clocks",
          expires: "2026-06-01T00:00:00.000Z",
          expired: false,
          hidden: 7,
          version: 1,
        },
      ],
    });
    expect(await json("/api/rules/dates")).toMatchObject({ headers: { etag: '"1"' }, value: { id: "dates" } });
    expect(await json("/api/rules/other")).toMatchObject({ status: 404 });
  });

  it("are written, changed and taken out, each audited", async () => {
    const { json, flags } = await startForTest();
    expect(await json("/api/rules/dates?reason=noise", { method: "PUT", body: dates })).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      value: { id: "dates", version: 1, before: null, after: { reason: "clocks" }, unchanged: false },
    });
    expect(await json("/api/rules/dates", { method: "PUT", body: dates })).toMatchObject({
      value: { unchanged: true },
    });
    const changed = await json("/api/rules/dates", { method: "PUT", body: { ...dates, reason: "skew" } });
    expect(changed).toMatchObject({ value: { before: { reason: "clocks" }, after: { reason: "skew" } } });
    expect(await json("/api/rules/dates", { method: "DELETE" })).toMatchObject({
      headers: { etag: '"0"' },
      value: { before: { reason: "skew" }, after: null },
    });
    expect(await json("/api/rules/dates", { method: "DELETE" })).toMatchObject({ status: 404 });
    expect(flags.audit.map(({ action, subject, reason }) => [action, subject, reason])).toEqual([
      ["rule-removed", "dates", null],
      ["rule-set", "dates", null],
      ["rule-set", "dates", "noise"],
    ]);
  });

  it("that moved since they were looked at are not written over", async () => {
    const { json } = await startForTest();
    const put = (tag: string, reason = "x") =>
      json("/api/rules/dates", { method: "PUT", body: { ...dates, reason }, headers: { "if-match": tag } });
    expect(await put('"3"')).toMatchObject({ status: 409, value: { expected: 3, actual: 0 } });
    expect(await put('"0"')).toMatchObject({ status: 200 });
    expect(await put('"0"', "y")).toMatchObject({ status: 409, value: { expected: 0, actual: 1 } });
    expect(await put("7")).toMatchObject({ status: 400 });
  });

  it("of the file are changed in the file, and the answer says where", async () => {
    const { json } = await startForTest({ rules: { ...sampleRules, ofFile: [inFile] } });
    const detail = expect.stringContaining("is in config/sombra.yaml: change it there");
    for (const method of ["PUT", "DELETE"]) {
      const asked = method === "PUT" ? { method, body: dates } : { method };
      expect(await json("/api/rules/from-file", asked)).toMatchObject({ status: 409, value: { detail } });
    }
  });

  it.each<[string, string, unknown, string]>([
    ["a rule that is none", "/api/rules/dates", { owner: "anna" }, "path"],
    ["another id than its address", "/api/rules/dates", { ...dates, id: "other" }, "id"],
    ["a route that there is not", "/api/rules/dates", { ...dates, route: "nowhere" }, "route"],
    ["an id that none may have", "/api/rules/a%20b", dates, "id"],
  ])("are refused with %s", async (_what, path, body, where) => {
    const { json } = await startForTest();
    const problems = [expect.objectContaining({ where })];
    expect(await json(path, { method: "PUT", body })).toMatchObject({ status: 400, value: { problems } });
  });
});

describe("a preview", () => {
  async function started() {
    const admin = await startForTest();
    const tally = (exchange: string, divergences: Parameters<typeof sampleItem>[0]): void =>
      tallyExchange(admin.tally, sampleRecord({ exchange, items: [sampleItem(divergences)] }));
    const at = (n: number) => ({ ...sampleDivergence, signature: "000000000000000a", path: `/body/items/${n}/at` });
    tally("e1", { divergences: [at(0), at(1)] });
    tally("e2", { divergences: [at(0), at(0)] });
    tally("e3", {
      divergences: [{ ...sampleDivergence, signature: "000000000000000b", kind: "added", path: "/body/x" }],
    });
    const preview = async (rule: object) => {
      return admin.json("/api/rules/preview", { body: { rule: { ignore: true, ...rule } } });
    };
    return { ...admin, preview };
  }

  it("says of each group what it would hide, and of what it does not know", async () => {
    const { preview } = await started();
    const { value } = await preview({ path: "/body/items/0/at" });
    expect(value).toMatchObject({
      of: 5,
      hidden: 3,
      unknown: 1,
      groups: [
        { signature: "000000000000000a", count: 4, hidden: 3, unknown: 0, looked_at: 4 },
        { signature: "000000000000000b", count: 1, hidden: 0, unknown: 1, looked_at: 1 },
      ],
    });
  });

  it("looks only at the route and the kind of item that a rule is about", async () => {
    const { preview } = await started();
    const none = expect.objectContaining({ of: 0, hidden: 0, already: 0, unknown: 0, groups: [] });
    expect((await preview({ path: "/body/x", route: "orders" })).value).toEqual(none);
    expect((await preview({ path: "/body/x", itemKind: "status.*" })).value).toEqual(none);
    expect((await preview({ path: "/body/x", itemKind: "message.*" })).value).toMatchObject({ of: 5 });
    expect((await preview({ path: "/body/x", itemKind: "message" })).value).toMatchObject({ of: 0 });
  });

  it("does not know of a group whose examples are gone", async () => {
    const trend = [{ hour: new Date(Math.floor(sampleNow / 3_600_000) * 3_600_000).toISOString(), count: 9 }];
    const group = { ...Object((await (await started()).json("/api/divergences")).value).groups[0], count: 9, trend };
    const reads = readsOf(createBook());
    const account = { ...reads, groups: async () => ({ source: "memory", groups: [group], total: 1 }) as const };
    const { json } = await startForTest({ account: async () => account });
    const { value } = await json("/api/rules/preview", { body: { rule: { path: "/body/x", ignore: true } } });
    expect(value).toMatchObject({ of: 9, hidden: 0, unknown: 9, groups: [{ looked_at: 0 }] });
  });

  it("is of the last seven days", async () => {
    const dayMs = 86_400_000;
    const { tally, preview } = await started();
    const divergences = [{ ...sampleDivergence, signature: "000000000000000a", path: "/body/items/0/at" }];
    for (const [exchange, days] of [
      ["old", 8],
      ["late", 6],
    ] as const) {
      const receivedAt = sampleNow - days * dayMs;
      tallyExchange(tally, sampleRecord({ exchange, receivedAt, items: [sampleItem({ divergences })] }));
    }
    const { value } = await preview({ path: "/body/items/0/at", where: "answer" });
    expect(value).toMatchObject({ of: 6, since: "2025-12-26T03:00:00.000Z" });
    // Four of five examples are hidden, of five in these days.
    expect(Object(value).groups[0]).toMatchObject({ count: 5, hidden: 4, looked_at: 5 });
  });

  it("says apart what is noise already", async () => {
    const wouldHide: typeof sampleRules.wouldHide = (_rule, { divergence }) => {
      return divergence.severity === "noise" ? "already" : "yes";
    };
    const { tally, json } = await startForTest({ rules: { ...sampleRules, wouldHide } });
    const noise = { ...sampleDivergence, severity: "noise", noise: { by: "class", class: "uuid" } } as const;
    const divergences = [noise, noise, sampleDivergence];
    tallyExchange(tally, sampleRecord({ items: [sampleItem({ divergences })] }));
    const rule = { path: sampleDivergence.path, ignore: true };
    const { value } = await json("/api/rules/preview", { body: { rule } });
    expect(value).toMatchObject({ of: 1, hidden: 1, already: 2, unknown: 0, groups: [{ hidden: 1, already: 2 }] });
  });

  it("is of a rule, and writes none", async () => {
    const { json, preview, flags } = await started();
    expect(await json("/api/rules/preview", { body: {} })).toMatchObject({ status: 400 });
    expect(await preview({ path: "nowhere" })).toMatchObject({ status: 400 });
    await preview({ path: "/body/x" });
    expect(flags.audit).toEqual([]);
  });
});
