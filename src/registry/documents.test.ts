import { DatabaseSync } from "node:sqlite";
import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Edit, JsonObject } from "../flags/index.ts";
import { request, setPercent, Setting, type Instance } from "./sample.ts";

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

const put = (id: string, value: JsonObject): Edit => ({ kind: "document", collection: "rule", id, value });
const valueOf = ({ view }: Instance, id: string) => view.state.documents.get(`rule:${id}`)?.value;

describe("a document", () => {
  it("is in force on every instance, audited with who, why, before and after", async () => {
    const [one, two] = [await setting.instance(), await setting.instance()];
    await one.registry.write(request([put("x", { a: 1 })], { reason: "noise" }));
    expect(valueOf(one, "x")).toEqual({ a: 1 });
    await two.untilVersion(1);
    expect(valueOf(two, "x")).toEqual({ a: 1 });
    await two.registry.write(request([put("x", { a: 2 })]));
    await two.registry.write(request([{ kind: "remove-document", collection: "rule", id: "x" }]));
    await one.untilVersion(3);
    expect(valueOf(one, "x")).toBeUndefined();
    expect(await one.registry.audit({ subject: "x", limit: 9 })).toMatchObject([
      { action: "rule-removed", before: { a: 2 }, after: null },
      { action: "rule-set", before: { a: 1 }, after: { a: 2 } },
      { action: "rule-set", before: null, after: { a: 1 }, reason: "noise", actor: { name: "anna" } },
    ]);
    expect(await one.registry.checkAudit()).toEqual({ entries: 3, brokenAt: null });
  });

  it("that moved since it was looked at is not written over", async () => {
    const one = await setting.instance();
    const at = (version: number) => ({ expect: { documents: { "rule:x": version } } });
    expect(await one.registry.write(request([put("x", { a: 1 })], at(0)))).toMatchObject({ kind: "written" });
    const conflict = { kind: "conflict", subject: "rule:x", expected: 0, actual: 1 };
    expect(await one.registry.write(request([put("x", { a: 2 })], at(0)))).toEqual(conflict);
    await one.registry.write(setPercent(5));
    expect(await one.registry.write(request([put("x", { a: 2 })], at(1)))).toMatchObject({ kind: "written" });
  });

  it("is known without the store, and given back to one that was emptied", async () => {
    const directory = setting.directory();
    const first = await setting.instance({ directory });
    await first.registry.write(request([put("x", { a: 1 })]));
    await first.registry.write(setPercent(5));
    await first.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${setting.path}${suffix}`, { force: true });
    const next = await setting.instance({ directory });
    await next.untilEvent("store-restored");
    expect(valueOf(next, "x")).toEqual({ a: 1 });
    const other = await setting.instance();
    expect(valueOf(other, "x")).toEqual({ a: 1 });
  });

  it("that nobody can read is named, and keeps neither flags nor other documents from being used", async () => {
    const first = await setting.instance();
    await first.registry.write(request([put("x", { a: 1 }), put("y", { b: 1 })]));
    await first.close();
    const database = new DatabaseSync(setting.path);
    database.exec(`UPDATE documents SET record = '{' WHERE id = 'rule:x'`);
    database.close();
    const next = await setting.instance();
    expect(next.view.store.unreadable).toEqual(["rule:x"]);
    expect(valueOf(next, "y")).toEqual({ b: 1 });
    expect(await next.registry.write(setPercent(5))).toMatchObject({ kind: "written" });
    await next.registry.write(request([put("x", { a: 2 })]));
    expect([next.view.store.unreadable, valueOf(next, "x")]).toEqual([[], { a: 2 }]);
  });

  it("is the same object to everybody for as long as only flags are written", async () => {
    const [one, two] = [await setting.instance(), await setting.instance()];
    await one.registry.write(request([put("x", { a: 1 })]));
    await two.untilVersion(1);
    const seen = [one, two].map(({ view }) => view.state.documents);
    await one.registry.write(setPercent(5));
    await two.untilVersion(2);
    expect(one.view.state.documents).toBe(seen[0]);
    expect(two.view.state.documents).toBe(seen[1]);
  });
});

describe("a rollout that runs", () => {
  const running = { plan: { flag: "CHECKOUT_ENABLED" }, status: { name: "running" } };
  const begin = (one: Instance) =>
    one.registry.write(request([{ kind: "document", collection: "rollout", id: "x", value: running }]));

  it("holds its flag on every instance against all but its own writes and broken glass, which needs a reason", async () => {
    const [one, two] = [await setting.instance(), await setting.instance()];
    await begin(one);
    const why = expect.stringMatching(/under the rollout `x`, which is running/);
    expect(await two.registry.write(setPercent(5))).toMatchObject({ kind: "refused", why });
    expect(await two.registry.write({ ...setPercent(5), rollout: "x" })).toMatchObject({ kind: "written" });
    expect(await two.registry.write({ ...setPercent(6), breakGlass: true })).toMatchObject({
      kind: "invalid",
      problems: [{ where: "reason" }],
    });
    const broken = await two.registry.write({ ...setPercent(6), breakGlass: true, reason: "fire" });
    expect(broken).toMatchObject({ kind: "written" });
  });

  it("is seen in the state that is planned on, not in the one that the writer knew", async () => {
    const [one, two] = [await setting.instance({ options: { pollMs: 60_000 } }), await setting.instance()];
    await begin(two);
    expect(one.view.state.documents.size).toBe(0);
    expect(await one.registry.write(setPercent(5))).toMatchObject({ kind: "refused" });
  });
});
