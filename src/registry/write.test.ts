import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ROUTE } from "../flags/sample.ts";
import { KEY, keyed, request, setPercent, Setting } from "./sample.ts";
import { StoreError } from "./store-error.ts";

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

describe("a write", () => {
  it("is in force when it returns, and audited", async () => {
    const one = await setting.instance();
    const answer = await one.registry.write({ ...setPercent(5), reason: "go" });
    expect(answer).toMatchObject({ kind: "written", version: 1, edited: [{ subject: KEY, after: { percent: 5 } }] });
    expect(one.views.at(-1)?.state.flags.get(KEY)).toMatchObject({ percent: 5, version: 1, updatedBy: "token:anna" });
    expect(await one.registry.audit({ limit: 10 })).toMatchObject([
      {
        seq: 1,
        version: 1,
        action: "flag-set",
        subject: KEY,
        actor: { name: "anna" },
        reason: "go",
        environment: "test",
      },
    ]);
  });

  it("returns once everybody goes by it, and at the latest after its limit", async () => {
    const order: string[] = [];
    let release = (): void => {};
    const views = { onView: () => new Promise<void>((resolve) => (release = resolve)) };
    const slow = await setting.instance({ deps: views, options: { inForceMs: 1 } });
    await slow.registry.write(setPercent(5));
    const waiting = await setting.instance({
      deps: {
        onView: async (view) => {
          await Promise.resolve();
          order.push(`in force ${view.state.flags.get(KEY)?.percent}`);
        },
      },
    });
    await waiting.registry.write(setPercent(6));
    order.push("written");
    expect(order.slice(-2)).toEqual(["in force 6", "written"]);
    release();
  });

  it("is told as an event with who and why, to every instance", async () => {
    const [one, two] = [await setting.instance(), await setting.instance()];
    await one.registry.write({ ...setPercent(5), reason: "go" });
    await two.untilEvent("flag-changed");
    await two.registry.write(request([{ kind: "remove", key: KEY }]));
    await one.untilVersion(2);
    const changed = (instance: typeof one): unknown[] => instance.events.filter(({ kind }) => kind === "flag-changed");
    const expected = [
      { kind: "flag-changed", key: KEY, enabled: null, version: 1, actor: "token:anna", reason: "go" },
      { kind: "flag-changed", key: KEY, enabled: null, version: 2, actor: "token:anna", reason: null },
    ];
    expect(changed(one)).toEqual(expected);
    expect(changed(two)).toEqual(expected);
  });

  it("of nothing new is none", async () => {
    const one = await setting.instance();
    await one.registry.write(setPercent(5));
    expect(await one.registry.write(setPercent(5))).toEqual({ kind: "unchanged", version: 1 });
    expect(await one.registry.audit({ limit: 10 })).toHaveLength(1);
  });

  it("that may not be is refused as it was planned", async () => {
    const one = await setting.instance();
    expect(await one.registry.write(setPercent(101))).toMatchObject({ kind: "invalid" });
    expect(await one.registry.write(request([{ kind: "remove", key: "NOBODY_KNOWS" }]))).toEqual({
      kind: "unknown",
      subject: "NOBODY_KNOWS",
    });
    expect(await one.registry.write(request([{ kind: "kill", key: "WHATSAPP_DUAL_RUN" }]))).toMatchObject({
      kind: "refused",
    });
    expect(one.view.state.position.version).toBe(0);
  });

  it("is planned against what the store holds, not against what was last heard", async () => {
    const one = await setting.instance({ options: { pollMs: 1e6 }, open: () => setting.store() });
    const two = await setting.instance();
    await one.registry.write(setPercent(5));
    await two.untilVersion(1);
    await two.registry.write(setPercent(10));
    expect(await one.registry.write(setPercent(5))).toMatchObject({
      kind: "written",
      version: 3,
      edited: [{ before: { percent: 10 }, after: { percent: 5 } }],
    });
  });

  it("names members by keyed hash only", async () => {
    const one = await setting.instance();
    await one.registry.write(request([{ kind: "patch", key: KEY, fields: { allowlist: ["4916011122"] } }]));
    const [entry] = await one.registry.audit({ limit: 1 });
    expect(entry?.after).toMatchObject({
      allowlist: 1,
      added: { [`allowlist:${KEY}`]: { hashes: [keyed("4916011122")] } },
    });
    expect(JSON.stringify(entry)).not.toContain("4916011122");
  });
});

describe("a write that meets another", () => {
  /** A registry, and another that writes just before the first one's next so many commits. */
  async function contended(times: number, edit: (count: number) => ReturnType<typeof setPercent>) {
    const other = await setting.instance();
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    let count = 0;
    line.before = async (call) => {
      if (call !== "commit" || count >= times) return;
      count += 1;
      await other.registry.write(edit(count));
    };
    return { one, other };
  }

  it("is planned again and keeps both", async () => {
    const { one } = await contended(2, (count) => setPercent(count, "OTHER"));
    const answer = await one.registry.write(request([{ kind: "patch", key: "OTHER", fields: { enabled: true } }]));
    expect(answer).toMatchObject({ kind: "written", version: 3 });
    expect(one.view.state.flags.get("OTHER")).toMatchObject({ percent: 2, enabled: true, version: 3 });
    expect(await one.registry.checkAudit()).toEqual({ entries: 3, brokenAt: null });
  });

  it("gives up where somebody is always faster, and says what moved", async () => {
    const { one, other } = await contended(Infinity, (count) => setPercent(count, "OTHER"));
    expect(await one.registry.write(setPercent(5))).toEqual({
      kind: "conflict",
      subject: null,
      expected: 4,
      actual: 5,
    });
    expect(other.view.state.flags.has(KEY)).toBe(false);
  });

  it("conflicts where the writer had seen another version of everything", async () => {
    const { one } = await contended(1, () => setPercent(50, "OTHER"));
    expect(await one.registry.write({ ...setPercent(5), expect: { version: 0 } })).toEqual({
      kind: "conflict",
      subject: null,
      expected: 0,
      actual: 1,
    });
    expect(one.view.state.flags.has(KEY)).toBe(false);
  });

  it("conflicts where the flag that the writer had seen moved, not where another did", async () => {
    const { one, other } = await contended(1, () => setPercent(50, "OTHER"));
    const seen = { flags: { [KEY]: 0 } };
    expect(await one.registry.write({ ...setPercent(5), expect: seen })).toMatchObject({ kind: "written", version: 2 });
    expect(await other.registry.write({ ...setPercent(7), expect: seen })).toEqual({
      kind: "conflict",
      subject: KEY,
      expected: 0,
      actual: 2,
    });
  });

  it("in the same process waits for its turn", async () => {
    const one = await setting.instance();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => one.registry.write(setPercent(index))));
    expect(answers.map((answer) => answer.kind === "written" && answer.version)).toEqual(
      answers.map((_, at) => at + 1),
    );
  });
});

describe("a write without a store", () => {
  it("fails at once and says so, and works again when the store is back", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    line.before = () => {
      throw new StoreError("unreachable", "Store 'x' does not answer");
    };
    await one.untilEvent("store-down");
    expect(await one.registry.write(setPercent(5))).toMatchObject({
      kind: "unavailable",
      why: "the store (sqlite) is not up: Store 'x' does not answer; nothing was written",
    });
    line.before = () => {};
    await one.until(() => one.view.store.up);
    expect(await one.registry.write(setPercent(5))).toMatchObject({ kind: "written", version: 1 });
  });

  it("fails where the store falls silent meanwhile, and tells that it may have been taken", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port, options: { pollMs: 1e6 } });
    line.before = (call) => {
      if (call === "commit") throw new StoreError("unreachable", "Store 'x' does not answer");
    };
    expect(await one.registry.write(setPercent(5))).toMatchObject({
      kind: "unavailable",
      why: "Store 'x' does not answer; written whole or not at all: look before you try again",
    });
    expect(one.view).toMatchObject({ source: "none", store: { up: false, problem: "Store 'x' does not answer" } });
  });

  it("fails where the store takes no writes, and goes on reading", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    line.before = (call) => {
      if (call === "commit" || call === "tryWrite") throw new StoreError("read-only", "Store 'x' takes no writes");
    };
    expect(await one.registry.write(setPercent(5))).toMatchObject({
      kind: "unavailable",
      why: "Store 'x' takes no writes; nothing was written",
    });
    const refused = { up: true, writable: false, problem: "Store 'x' takes no writes" };
    expect([one.view.store, one.views.at(-1)?.store]).toMatchObject([refused, refused]);
    expect(one.events).toContainEqual({ kind: "problem", operation: "store", text: "Store 'x' takes no writes" });
    // What others write does not say that this one may.
    const other = await setting.instance();
    await other.registry.write(setPercent(6));
    await one.untilVersion(1);
    expect(one.view.store).toMatchObject(refused);
    line.before = () => {};
    expect(await one.registry.write(setPercent(7))).toMatchObject({ kind: "written", version: 2 });
    const taken = { up: true, writable: true, problem: null };
    expect([one.view.store, one.views.at(-1)?.store]).toMatchObject([taken, taken]);
  });
});

describe("a record that cannot be read", () => {
  const setRecord = (record: string): string => {
    const database = new DatabaseSync(setting.path);
    const before = database.prepare("SELECT record FROM flags WHERE key = ?").get(KEY)?.["record"];
    database.prepare("UPDATE flags SET record = ? WHERE key = ?").run(record, KEY);
    database.close();
    return String(before);
  };

  it("is not changed in parts, as what it holds would be lost, but may be put whole", async () => {
    const first = await setting.instance();
    await first.registry.write(setPercent(5));
    await first.close();
    setRecord("{");
    const one = await setting.instance();
    expect(one.view.state.unreadable).toEqual([KEY]);
    const members = { kind: "members", key: KEY, list: "allowlist", add: ["x"], remove: [] } as const;
    for (const parts of [setPercent(7), request([members])]) {
      expect(await one.registry.write(parts)).toMatchObject({
        kind: "refused",
        why: `the stored record of ${KEY} cannot be read, so that parts of it cannot be changed: put it whole`,
      });
    }
    const put = { kind: "put", key: KEY, fields: { percent: 7 } } as const;
    expect(await one.registry.write(request([put]))).toMatchObject({ kind: "written", version: 2 });
    expect(one.view.state.unreadable).toEqual([]);
  });

  it("is named by the view, and told once", async () => {
    const first = await setting.instance();
    await first.registry.write(setPercent(5));
    await first.close();
    setRecord("{");
    const one = await setting.instance();
    await one.registry.write(setPercent(5, ROUTE.enabled));
    expect(one.views.map(({ store }) => store.unreadable)).toEqual(one.views.map(() => [KEY]));
    const text = `stored records cannot be read, each counts as unset until it is put whole: ${KEY}`;
    expect(one.events.filter(({ kind }) => kind === "problem")).toEqual([
      { kind: "problem", operation: "records", text },
    ]);
    await one.registry.write(request([{ kind: "put", key: KEY, fields: { percent: 7 } }]));
    expect(one.views.at(-1)?.store.unreadable).toEqual([]);
  });

  it("is read by an instance that can, also where nobody wrote meanwhile", async () => {
    const first = await setting.instance();
    await first.registry.write(setPercent(5));
    await first.close();
    const record = setRecord("{");
    const without = await setting.instance();
    expect(without.view.state.unreadable).toEqual([KEY]);
    await without.close();
    setRecord(record);
    const again = await setting.instance({ directory: without.directory });
    expect(again.view.state).toMatchObject({ unreadable: [] });
    expect(again.view.state.flags.get(KEY)?.percent).toBe(5);
  });
});
