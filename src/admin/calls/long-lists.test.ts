import { describe, expect, it } from "vitest";
import { startForTest, type SampleAdmin } from "../sample.ts";

const flag = "/api/flags/CANONICAL";
const vips = "/api/audiences/vips";
const shoppers = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `s${index}`);
const many = shoppers(1_500);
const first = many.slice(0, 10);

interface Page {
  readonly version: number;
  readonly count: number | null;
  readonly members: readonly string[];
  readonly next: string | null;
}

async function withMany(lists: object = { denylist: many }): Promise<SampleAdmin> {
  const admin = await startForTest();
  expect(await admin.json(flag, { method: "PUT", body: { enabled: true, ...lists } })).toMatchObject({ status: 200 });
  expect(await admin.json(vips, { method: "PUT", body: { members: many } })).toMatchObject({ status: 200 });
  return admin;
}

async function page({ ask }: SampleAdmin, path: string): Promise<Page> {
  const { status, text } = await ask(path);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return JSON.parse(text);
}

describe("an answer", () => {
  it.each([
    [1_000, false],
    [1_001, true],
  ])("with %d members in all is cut: %s", async (count, cut) => {
    const half = Math.floor(count / 2);
    const { json } = await startForTest();
    await json(flag, { method: "PUT", body: { allowlist: shoppers(half), denylist: shoppers(count - half) } });
    const counts = { allowlist_count: half, denylist_count: count - half, force_on_count: 0, members_truncated: true };
    const lists = cut ? { allowlist: first, denylist: first, ...counts } : { allowlist: shoppers(half) };
    const { headers, value } = await json(flag);
    expect(value).toMatchObject(lists);
    expect(Object.keys({ ...Object(value) }).includes("members_truncated")).toBe(cut);
    expect(headers["etag"]).toBe(cut ? '"1-cut"' : '"1"');
    for (const path of ["/api/flags", "/feature-flags"]) {
      expect((await json(path)).value).toMatchObject({ flags: [lists, {}, {}, {}] });
    }
  });

  it("leaves lists that are short whole, and says nothing of flags that are", async () => {
    const { json } = await withMany({ denylist: many, forceOn: ["ana"] });
    await json("/api/flags/CANONICAL_BACK", { method: "PUT", body: { forceOn: ["eva"] } });
    const { value } = await json("/api/flags");
    expect(value).toMatchObject({ flags: [{ denylist: first, denylist_count: 1_500, forceOn: ["ana"] }, {}, {}, {}] });
    expect(JSON.stringify(value).match(/members_truncated/g)).toHaveLength(1);
  });

  it("to a change counts who came and went", async () => {
    const { json } = await withMany();
    const body = { list: "denylist", add: ["ana", "eva"], remove: ["s0"] };
    expect((await json(`${flag}/members`, { body })).value).toMatchObject({
      before: { denylist: first, denylist_count: 1_500 },
      after: { denylist: many.slice(1, 11), denylist_count: 1_501 },
      members: { denylist: { added: 2, removed: 1 } },
    });
    expect(
      (await json("/api/internal/flags/update", { body: { name: "CANONICAL", enabled: false } })).value,
    ).toMatchObject({ after: { denylist_count: 1_501, allowlist_count: null, members_truncated: true } });
  });

  it("of a stored list has its size and the first members", async () => {
    const { json } = await withMany();
    const cut = { name: "vips", members: first, count: 1_500, members_truncated: true };
    expect((await json(vips)).value).toEqual(cut);
  });
});

describe("what a cut answer showed is not written back", () => {
  it.each([
    ["as it came", "PUT", (told: object) => told],
    ["as it came, with others", "PATCH", (told: object) => told],
    ["without its mark", "PUT", ({ members_truncated: _mark, ...rest }: Record<string, unknown>) => rest],
    ["with the fields of a flag only", "PUT", () => ({ enabled: true, denylist: first })],
    ["in part", "PATCH", () => ({ denylist: first })],
  ])("%s (%s)", async (_how, method, sent) => {
    const admin = await withMany();
    const { value, headers } = await admin.json(flag);
    for (const [path, body] of [
      [flag, sent({ ...Object(value) })],
      ["/api/flags", { flags: { CANONICAL: sent({ ...Object(value) }) } }],
    ] as const) {
      const way = path === flag ? method : "PATCH";
      for (const match of [{}, { "if-match": path === flag ? (headers["etag"] ?? "") : '"2-cut"' }]) {
        const { status, value: told } = await admin.json(path, { method: way, headers: match, body });
        expect([400, 409]).toContain(status);
        expect(told).toMatchObject({ detail: expect.stringMatching(/whole|absent/) });
      }
    }
    expect((await page(admin, `${flag}/lists/denylist`)).count).toBe(1_500);
  });

  it("as a stored list", async () => {
    const admin = await withMany();
    for (const body of [
      (await admin.json(vips)).value,
      { members: first, members_truncated: true },
      { members: first },
    ]) {
      expect([400, 409]).toContain((await admin.json(vips, { method: "PUT", body })).status);
    }
    expect((await page(admin, `${vips}/members`)).count).toBe(1_500);
  });

  it("in the guide's form", async () => {
    const { json } = await withMany();
    const body = { name: "CANONICAL", denylist: first };
    expect(await json("/api/internal/flags/update", { body })).toMatchObject({
      status: 409,
      value: { detail: expect.stringContaining("`denylist` of CANONICAL has 1500 members") },
    });
  });

  it("while what is not a list of it may be changed with its ETag", async () => {
    const { json } = await withMany();
    const headers = { "if-match": '"1-cut"' };
    expect(await json(flag, { method: "PATCH", headers, body: { percent: 5 } })).toMatchObject({
      status: 200,
      headers: { etag: '"3-cut"' },
    });
    expect(await json(flag, { method: "PATCH", headers, body: { percent: 6 } })).toMatchObject({ status: 409 });
    expect(await json(flag, { method: "PUT", headers: { "if-match": '"3-cut"' }, body: {} })).toMatchObject({
      status: 409,
    });
  });

  it("unless the whole is known: by the ETag of its pages, or because it is another list", async () => {
    const admin = await withMany();
    for (const denylist of [[], first.slice(1), many.slice(0, 11), many]) {
      expect(await admin.json(flag, { method: "PATCH", body: { denylist } })).toMatchObject({ status: 200 });
    }
    const { headers } = await admin.json(`${flag}/lists/denylist`);
    const match = { "if-match": headers["etag"] ?? "" };
    const body = { denylist: first };
    expect(await admin.json(flag, { method: "PATCH", headers: match, body })).toMatchObject({
      value: { after: { denylist: expect.arrayContaining([...first]) }, members: { denylist: { removed: 1_490 } } },
    });
  });
});

describe("pages", () => {
  it.each([`${flag}/lists/denylist`, "/api/flags/business-events/lists/denylist", `${vips}/members`])(
    "have every member once, in order (%s)",
    async (path) => {
      const admin = await withMany();
      const seen: string[] = [];
      let at: string | null = `${path}?limit=700`;
      let pages = 0;
      while (at !== null) {
        const told: Page = await page(admin, at);
        expect(told).toMatchObject({ version: 2, count: 1_500 });
        seen.push(...told.members);
        at = told.next;
        pages += 1;
      }
      expect(seen).toEqual(many);
      expect(pages).toBe(3);
    },
  );

  it("are of one version to the last, whatever is written meanwhile", async () => {
    const admin = await withMany();
    const { next } = await page(admin, `${flag}/lists/denylist`);
    await admin.json(`${flag}/members`, { body: { list: "denylist", add: ["ana"], remove: ["s1", "s1200"] } });
    expect((await page(admin, next ?? "")).members).toEqual(many.slice(1_000));
    expect((await page(admin, `${flag}/lists/denylist?version=2`)).count).toBe(1_500);
    expect((await page(admin, `${flag}/lists/denylist`)).count).toBe(1_499);
  });

  it("go on where their version is gone and the flag has not changed since; else they are refused", async () => {
    const admin = await withMany();
    const { deps } = admin.flags;
    const forgetful = await startForTest({
      ...deps,
      flags: (version) => (version === undefined ? deps.flags() : null),
    });
    const { next } = await page(forgetful, `${flag}/lists/denylist`);
    await admin.json("/api/flags/OTHER", { method: "PUT", body: {} });
    expect((await page(forgetful, next ?? "")).members).toEqual(many.slice(1_000));
    await admin.json(`${flag}/members`, { body: { list: "denylist", add: ["ana"] } });
    expect(await forgetful.json(next ?? "")).toMatchObject({ status: 409 });
    expect(await forgetful.json(`${vips}/members?version=2`)).toMatchObject({ status: 409 });
  });

  it("tell a list of nobody from none", async () => {
    const admin = await withMany();
    expect(await page(admin, `${flag}/lists/allowlist`)).toMatchObject({ count: null, members: [], next: null });
    expect(await page(admin, `${flag}/lists/forceOn`)).toMatchObject({ count: 0, members: [], next: null });
  });

  it.each([
    [`${flag}/lists/whitelist`, 404],
    ["/api/flags/NO_SUCH/lists/denylist", 404],
    ["/api/audiences/nobody/members", 404],
    [`${flag}/lists/denylist?limit=0`, 400],
    [`${flag}/lists/denylist?limit=10001`, 400],
    [`${flag}/lists/denylist?after=-1&version=2`, 400],
    [`${flag}/lists/denylist?after=10`, 400],
    [`${flag}/lists/denylist?version=99`, 409],
  ])("there are none at %s (%d)", async (path, status) => {
    const { json } = await withMany();
    expect(await json(path)).toMatchObject({ status, headers: { "content-type": "application/problem+json" } });
  });
});

describe("a long body", () => {
  const long = shoppers(30_000);

  it.each([
    [flag, "PUT", { denylist: long }],
    ["/api/flags", "PATCH", { flags: { "business-events": { denylist: long } } }],
    ["/api/internal/flags/update", "POST", { name: "business-events", denylist: long }],
    [`${flag}/members`, "POST", { list: "denylist", add: long }],
  ])("is written as a short one is (%s)", async (path, method, body) => {
    const admin = await startForTest();
    expect(await admin.json(path, { method, body })).toMatchObject({ status: 200, value: { version: 1 } });
    expect(await page(admin, `${flag}/lists/denylist?limit=1`)).toMatchObject({ count: 30_000, members: ["s0"] });
  });

  it.each([
    [{ members: [...long, 5] }, "members must be a list of shoppers, each as text: it is a list"],
    [{ members: long, add: [] }, "add must be absent: the fields are members: it is there"],
    [{ members: [...long, " "] }, "audiences.vips.members[30000] must be"],
  ])("is refused as a short one is (%#)", async (body, why) => {
    const { json, flags } = await startForTest();
    const { status, value } = await json(vips, { method: "PUT", body });
    expect(status).toBe(400);
    expect(value).toMatchObject({ detail: expect.stringContaining(why) });
    expect(flags.audit).toEqual([]);
  });

  it("that is no JSON is told where it stops being it, and the next one is read", async () => {
    const { ask } = await startForTest();
    const broken = JSON.stringify({ members: long }).slice(0, -1);
    const [first, second] = await Promise.all([
      ask(vips, { method: "PUT", body: broken }),
      ask(vips, { method: "PUT", body: `${broken}}` }),
    ]);
    expect(first).toMatchObject({ status: 400, text: expect.stringContaining("line 1, column") });
    expect(second.status).toBe(200);
  });
});
