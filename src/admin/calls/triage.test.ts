import { describe, expect, it } from "vitest";
import { sampleNow } from "../../../test/support/admin-flags.ts";
import type { Severity } from "../../model/index.ts";
import { sampleToken, startForTest, type SampleAdmin } from "../sample.ts";
import { sampleRecord, tallyExchange } from "../ui/sample.ts";

const signature = "00000000000000aa";
const path = `/api/divergences/${signature}/triage`;
const until = "2026-02-01";

const mark = ({ json }: SampleAdmin, body: unknown, headers = {}) => json(path, { method: "PUT", body, headers });

async function started(first: Severity = "critical") {
  let now = sampleNow;
  const admin = await startForTest({ now: () => now });
  const seen = (afterMs: number, severity: Severity = "critical"): void => {
    const record = sampleRecord({ receivedAt: sampleNow + afterMs });
    const items = record.items.map((item) => ({
      ...item,
      divergences: item.divergences.map((divergence) => ({ ...divergence, severity })),
    }));
    tallyExchange(admin.tally, { ...record, items });
    admin.record(sampleNow + afterMs);
  };
  seen(-1_000, first);
  const triage = async () => {
    const { value } = await admin.json("/api/divergences");
    const { groups } = Object(value);
    return groups[0].triage;
  };
  return { ...admin, seen, triage, at: (ms: number) => (now = sampleNow + ms) };
}

describe("a mark on a group", () => {
  it("is shown with the group, with who made it and why, and is audited", async () => {
    const admin = await started();
    expect(await admin.triage()).toBeNull();
    const body = { state: "expected", reason: "new greeting", until };
    const after = {
      state: "expected",
      marked: "expected",
      reason: "new greeting",
      until: "2026-02-01T00:00:00.000Z",
      link: null,
      version: 1,
    };
    const answer = await mark(admin, body, { "x-sombra-actor": "command:anna" });
    expect(answer).toMatchObject({
      status: 200,
      value: { signature, version: 1, before: null, after, unchanged: false },
    });
    expect(answer.headers.etag).toBe('"1"');
    expect(await admin.triage()).toMatchObject(after);
    expect((await admin.json(`/api/divergences/${signature}`)).value).toMatchObject({ triage: after });
    expect(admin.flags.audit[0]).toMatchObject({
      action: "triage-set",
      subject: signature,
      actor: { name: "anna" },
      reason: "new greeting",
      before: null,
      after: { state: "expected" },
    });
  });

  it("is unchanged where the same is said again", async () => {
    const admin = await started();
    const body = { state: "bug", link: "https://tracker.example/7" };
    await mark(admin, body);
    expect(await mark(admin, body)).toMatchObject({ value: { unchanged: true, before: { state: "bug" } } });
    expect(admin.flags.audit).toHaveLength(1);
  });

  it("of what was fixed opens again by itself when it recurs, and is said anew then", async () => {
    const admin = await started();
    await mark(admin, { state: "fixed" });
    expect(await admin.triage()).toMatchObject({ state: "fixed" });
    admin.seen(5_000);
    expect(await admin.triage()).toMatchObject({ state: "reopened", marked: "fixed" });
    admin.at(6_000);
    expect(await mark(admin, { state: "fixed" })).toMatchObject({ value: { unchanged: false } });
    expect(await admin.triage()).toMatchObject({ state: "fixed" });
  });

  it.each<readonly [string, Severity]>([
    ["something else", "critical"],
    ["noise alone", "noise"],
  ])("of what was fixed stays where only noise comes again, after %s", async (_what, first) => {
    const admin = await started(first);
    await mark(admin, { state: "fixed" });
    admin.seen(5_000, "noise");
    expect(await admin.triage()).toMatchObject({ state: "fixed" });
    admin.seen(6_000);
    expect(await admin.triage()).toMatchObject({ state: "reopened" });
  });

  it("of what was expected counts as open after its day", async () => {
    const admin = await started();
    await mark(admin, { state: "expected", reason: "r", until });
    admin.at(Date.parse("2026-02-01T00:00:00Z") - sampleNow);
    expect(await admin.triage()).toMatchObject({ state: "open", marked: "expected" });
  });

  it("is taken off", async () => {
    const admin = await started();
    await mark(admin, { state: "bug", link: "https://tracker.example/7" });
    expect(await mark(admin, { state: "open", reason: "no bug" })).toMatchObject({
      value: { before: { state: "bug" }, after: null },
    });
    expect(await admin.triage()).toBeNull();
    expect(admin.flags.audit[0]).toMatchObject({ action: "triage-removed", reason: "no bug" });
    expect(await mark(admin, { state: "open" })).toMatchObject({ value: { unchanged: true } });
  });

  it("is not lost to somebody who has not seen it", async () => {
    const admin = await started();
    await mark(admin, { state: "fixed" });
    const stale = await mark(admin, { state: "bug", link: "https://x.example" }, { "if-match": '"0"' });
    expect(stale).toMatchObject({ status: 409, value: { expected: 0, actual: 1 } });
    expect(await mark(admin, { state: "bug", link: "https://x.example" }, { "if-match": '"1"' })).toMatchObject({
      status: 200,
    });
  });

  it.each<[string, object, string]>([
    ["no state", {}, "state"],
    ["another state", { state: "ignored" }, "state"],
    ["what is expected without why", { state: "expected", until }, "reason"],
    ["what is expected for ever", { state: "expected", reason: "r" }, "until"],
    ["a day that is past", { state: "expected", reason: "r", until: "2026-01-01" }, "until"],
    ["a day that is none", { state: "expected", reason: "r", until: "2026-13-01" }, "until"],
    ["a bug that is followed nowhere", { state: "bug" }, "link"],
    ["a link that runs", { state: "bug", link: "javascript:alert(1)" }, "link"],
    ["a link of what is fixed", { state: "fixed", link: "https://x.example" }, "link"],
    ["a long reason", { state: "fixed", reason: "x".repeat(501) }, "reason"],
    ["a field that nobody knows", { state: "fixed", note: "x" }, "note"],
  ])("is refused with %s", async (_what, body, where) => {
    const admin = await started();
    const problems = expect.arrayContaining([expect.objectContaining({ where })]);
    expect(await mark(admin, body)).toMatchObject({ status: 400, value: { problems } });
    expect(admin.flags.audit).toHaveLength(0);
  });

  it("is refused of what is no signature, to who may only read, and from a page of another site", async () => {
    const tokens = [sampleToken("reader", ["read"]), sampleToken("operator", ["operate"])];
    const { json, tally } = await startForTest({ access: { tokens, hosts: [] } });
    tallyExchange(tally, sampleRecord());
    const ask = (as: string, headers = {}, to = path) =>
      json(to, { method: "PUT", body: { state: "fixed" }, headers: { authorization: `Bearer ${as}`, ...headers } });
    expect(await ask("operator", {}, "/api/divergences/nobody/triage")).toMatchObject({ status: 404 });
    expect(await ask("reader")).toMatchObject({ status: 403, value: { role: "operate" } });
    expect(await ask("operator", { "sec-fetch-site": "cross-site" })).toMatchObject({ status: 403 });
    expect(await ask("operator")).toMatchObject({ status: 200 });
  });

  it("is refused of a divergence that nobody has found", async () => {
    const admin = await started();
    const other = path.replace("aa", "ab");
    const put = (state: string) => admin.json(other, { method: "PUT", body: { state } });
    const why = expect.stringContaining("No divergence of this signature is known");
    expect(await put("fixed")).toMatchObject({ status: 404, value: { detail: why } });
    expect(admin.flags.audit).toHaveLength(0);
  });

  it("is not made while the store is away", async () => {
    const admin = await started();
    admin.flags.lose("it does not answer");
    expect(await mark(admin, { state: "fixed" })).toMatchObject({ status: 503 });
  });
});
