import { describe, expect, it } from "vitest";
import { sampleFlag, sampleNow } from "../../../test/support/admin-flags.ts";
import { startForTest } from "../sample.ts";

const flag = "/api/flags/CANONICAL";

describe("PUT of a flag", () => {
  it("sets it whole: what is absent takes its default; before and after are told", async () => {
    const { json, flags } = await startForTest();
    const first = await json(`${flag}?reason=first+canary`, {
      method: "PUT",
      body: { enabled: true, percent: 5, denylist: ["mallory"], description: "New pipeline" },
    });
    expect(first).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(first.value).toEqual({
      key: "CANONICAL",
      version: 1,
      before: expect.objectContaining({ enabled: null, percent: null, version: 0, source: "code" }),
      after: {
        ...sampleFlag({ enabled: true, percent: 5, denylist: ["mallory"], description: "New pipeline", version: 1 }),
        updatedAt: new Date(sampleNow).toISOString(),
        updatedBy: "loopback",
        source: "sqlite",
        overridden: [],
      },
      unchanged: false,
      members: { denylist: { added: 1, removed: 0 } },
    });
    const { value } = await json(flag, { method: "PUT", body: { percent: 10 } });
    expect(value).toMatchObject({
      before: { enabled: true, percent: 5, denylist: ["mallory"] },
      after: { enabled: null, percent: 10, denylist: [], description: "" },
    });
    expect(flags.audit).toMatchObject([
      { seq: 2, action: "flag-set", subject: "CANONICAL", reason: null },
      { seq: 1, reason: "first canary", actor: { kind: "anonymous", name: "loopback" } },
    ]);
  });

  it("takes back what GET has told, and then changes nothing", async () => {
    const { json, flags } = await startForTest();
    await json(flag, { method: "PUT", body: { enabled: true, forceOn: ["ana"], settings: { speed: 2 } } });
    const { value: told, headers } = await json(flag);
    const again = await json(flag, { method: "PUT", body: told, headers: { "if-match": headers.etag ?? "" } });
    expect(again).toMatchObject({ status: 200, headers: { etag: '"1"' }, value: { version: 1, unchanged: true } });
    expect(again.value).toMatchObject({ before: told, after: told });
    expect(flags.audit).toHaveLength(1);
  });

  it("makes a flag that nobody knew", async () => {
    const { json } = await startForTest();
    const { value } = await json("/api/flags/f5tts_engine", { method: "PUT", body: { enabled: true } });
    expect(value).toMatchObject({ key: "f5tts_engine", before: null, after: { enabled: true, source: "sqlite" } });
  });

  it("takes a list of 200,000 shoppers", async () => {
    const { json } = await startForTest();
    const forceOn = Array.from({ length: 200_000 }, (_, i) => `shopper-${i}`);
    expect(await json(flag, { method: "PUT", body: { forceOn } })).toMatchObject({ status: 200 });
    expect((await json("/rollout/CANONICAL")).value).toMatchObject({ enabled: true, force_on_count: 200_000 });
  });
});

describe("PATCH of a flag", () => {
  it("keeps what is absent, by key or alias", async () => {
    const { json } = await startForTest({}, [sampleFlag({ enabled: true, percent: 5, denylist: ["mallory"] })]);
    const { value } = await json("/api/flags/business-events", { method: "PATCH", body: { percent: 10 } });
    expect(value).toMatchObject({
      key: "CANONICAL",
      before: { percent: 5, source: "env" },
      after: { enabled: true, percent: 10, denylist: ["mallory"], source: "sqlite", overridden: ["env"] },
    });
  });

  it.each([
    ["SPEC 3's JSON", { enabled: true, percent: 2, forceOn: ["ana"] }, true],
    ["the JSON form", { enabled: true, percentage: 2, force_on: ["ana"] }, true],
    ["the JSON form without enabled", { percentage: 2, force_on: ["ana"] }, false],
  ])("is read in %s", async (_form, body, enabled) => {
    const { json } = await startForTest();
    expect((await json(flag, { method: "PATCH", body })).value).toMatchObject({
      after: { enabled, percent: 2, forceOn: ["ana"] },
    });
  });

  it("knows whitelist and blacklist", async () => {
    const { json } = await startForTest();
    const body = { enabled: true, whitelist: ["ana"], blacklist: ["mallory"] };
    expect((await json(flag, { method: "PATCH", body })).value).toMatchObject({
      after: { enabled: true, allowlist: ["ana"], denylist: ["mallory"] },
    });
  });
});

describe("PATCH of several flags", () => {
  it("is one write of one version", async () => {
    const { json, flags } = await startForTest();
    const { headers, value } = await json("/api/flags?reason=half", {
      method: "PATCH",
      headers: { "if-match": '"0"' },
      body: { flags: { "business-events": { enabled: true }, CANONICAL_SHADOW: { enabled: true, percent: 50 } } },
    });
    expect(headers).toMatchObject({ etag: '"1"' });
    expect(value).toMatchObject({
      version: 1,
      changes: [
        { key: "CANONICAL", before: { enabled: null }, after: { enabled: true, version: 1 }, unchanged: false },
        { key: "CANONICAL_SHADOW", before: { percent: null }, after: { percent: 50, version: 1 }, unchanged: false },
      ],
    });
    expect(flags.audit.map(({ version, reason }) => ({ version, reason }))).toEqual([
      { version: 1, reason: "half" },
      { version: 1, reason: "half" },
    ]);
    const again = await json("/api/flags", {
      method: "PATCH",
      body: { flags: { CANONICAL: { enabled: true }, CANONICAL_SHADOW: { percent: 60 } } },
    });
    expect(again.value).toMatchObject({ version: 2, changes: [{ unchanged: true }, { unchanged: false }] });
  });

  it("is refused whole when anything was written since it looked", async () => {
    const { json } = await startForTest();
    await json("/api/flags/OTHER", { method: "PUT", body: { percent: 1 } });
    const { status, value } = await json("/api/flags", {
      method: "PATCH",
      headers: { "if-match": '"0"' },
      body: { flags: { CANONICAL: { enabled: true } } },
    });
    expect({ status, value }).toMatchObject({ status: 409, value: { expected: 0, actual: 1 } });
    expect(value).toMatchObject({ detail: expect.stringContaining("The flags changed meanwhile") });
    expect((await json(flag)).value).toMatchObject({ enabled: null });
  });

  it("is refused whole when one of them is wrong", async () => {
    const { json, flags } = await startForTest();
    const body = { flags: { CANONICAL: { enabled: true }, OTHER: { percent: 101 } } };
    const { status, value } = await json("/api/flags", { method: "PATCH", body });
    expect({ status, value }).toMatchObject({ status: 400, value: { problems: [{ where: "flags.OTHER.percent" }] } });
    expect(flags.audit).toEqual([]);
  });

  it.each([
    [{}, "flags must be an object of flags by key"],
    [{ flags: [] }, "flags must be an object of flags by key"],
    [[], "body must be a JSON object: it is a list"],
    [{ flags: {}, reason: "half" }, "reason must be absent: the fields are flags: it is there"],
    [{ flags: {}, "5511999990000": 1 }, "a field of 13 characters must be absent"],
  ])("is of flags by their keys, not %j", async (body, detail) => {
    const { json } = await startForTest();
    const { status, value } = await json("/api/flags", { method: "PATCH", body });
    expect({ status, value }).toMatchObject({ status: 400, value: { detail: expect.stringContaining(detail) } });
  });
});

describe("DELETE of a flag", () => {
  it("takes the record out, so that environment or default decide", async () => {
    const { json, flags } = await startForTest({}, [sampleFlag({ percent: 5 })]);
    await json(flag, { method: "PUT", body: { percent: 50 } });
    const { headers, value } = await json("/api/flags/business-events?reason=done", { method: "DELETE" });
    expect(headers).toMatchObject({ etag: '"0"' });
    expect(value).toMatchObject({
      key: "CANONICAL",
      version: 2,
      before: { percent: 50, source: "sqlite" },
      after: { percent: 5, source: "env" },
      unchanged: false,
    });
    expect(flags.audit[0]).toMatchObject({ action: "flag-removed", reason: "done" });
    expect((await json(flag, { method: "DELETE" })).value).toMatchObject({ unchanged: true, version: 2 });
  });

  it("of a flag that only the store knew leaves nothing", async () => {
    const { json } = await startForTest();
    await json("/api/flags/OTHER", { method: "PUT", body: { percent: 50 } });
    expect((await json("/api/flags/OTHER", { method: "DELETE" })).value).toMatchObject({ after: null });
    const { status, value } = await json("/api/flags/OTHER", { method: "DELETE" });
    expect({ status, value }).toMatchObject({ status: 404, value: { detail: expect.stringContaining("no OTHER") } });
  });
});
