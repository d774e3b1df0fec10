import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Edit } from "../../../flags/index.ts";
import { KEY, keyed, request, setPercent, Setting, type Instance } from "../../../registry/sample.ts";
import { createAliasNotes } from "../data/alias-notes.ts";
import { erase, erasedIn, type EraseOrder, type ErasingDeps } from "./erasing.ts";

const number = "15550100077";
const scoped = "US.1234567890abcdef";
const other = "15550100078";
const dayMs = 86_400_000;

let setting: Setting;
beforeEach(() => {
  setting = new Setting();
});
afterEach(() => setting.close());

const order = (changes: Partial<EraseOrder> = {}): EraseOrder => {
  return { shopper: number, lists: false, actor: { kind: "token", name: "anna" }, reason: "asked", ...changes };
};
const depsOf = ({ registry }: Instance, changes: Partial<ErasingDeps> = {}): ErasingDeps => {
  return { registry, hashKeys: () => ["key"], aliases: [], toldMs: 8 * dayMs, now: () => Date.now(), ...changes };
};
const listing: readonly Edit[] = [
  { kind: "members", key: KEY, list: "denylist", add: [number, other], remove: [] },
  { kind: "members", key: KEY, list: "forceOn", add: [other], remove: [] },
  { kind: "audience", name: "pilot", members: [scoped, number, other] },
];

/** Every file below the folder that has the text in it. */
function filesWith(text: string): readonly string[] {
  const files = readdirSync(setting.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => bytesOf(path).includes(text))
    .toSorted();
}

/** None where it was being written, and has its name since. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

async function settled(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe("an erasure", () => {
  it("says which lists still name the shopper, and leaves them", async () => {
    const one = await setting.instance();
    await one.registry.write(request(listing));
    const lists = [`denylist:${KEY}`, "audience:pilot"];
    expect(await erase(order(), depsOf(one))).toMatchObject({ kind: "erased", ids: 1, lists, removed: [], left: null });
    expect(one.view.state.audiences.get("pilot")?.size).toBe(3);
  });

  it.each([
    ["15550100077", "+15550100077"],
    ["15550100077", "+1 555 010-0077"],
    ["15550100077", "whatsapp:+15550100077"],
    ["whatsapp:+15550100077", "15550100077"],
    ["5531987654321", "+55 31 8765-4321"],
    ["553187654321", "5531987654321"],
  ])("finds %s on lists by %s", async (listed, shopper) => {
    const one = await setting.instance();
    await one.registry.write(request([{ kind: "audience", name: "pilot", members: [listed, other] }]));
    const answer = await erase(order({ shopper, lists: true }), depsOf(one));
    expect(answer).toMatchObject({ kind: "erased", ids: 1, lists: [], removed: ["audience:pilot"] });
    expect(answer.kind === "erased" && answer.hashes).toContain(keyed(listed));
    expect([...(one.view.state.audiences.get("pilot")?.members() ?? [])]).toEqual([other]);
  });

  it("takes the shopper out of the plan of a rollout, which holds its flags all the same", async () => {
    const one = await setting.instance();
    const rollout = (shoppers: readonly string[]) => {
      const phases = [{ name: "p1", allowlist: shoppers, forceOn: [] }];
      return { plan: { flag: KEY, phases }, planHash: "0f", status: { name: "running", phase: 0 } };
    };
    const put: Edit = { kind: "document", collection: "rollout", id: "new", value: rollout([number, other]) };
    await one.registry.write(request([...listing, put]));
    expect(await erase(order(), depsOf(one))).toMatchObject({ lists: expect.arrayContaining(["rollout:new"]) });
    expect(await erase(order({ lists: true }), depsOf(one))).toMatchObject({ kind: "erased", lists: [] });
    expect(one.view.state.documents.get("rollout:new")?.value).toEqual(rollout([other]));
    expect(one.view.state.flags.get(KEY)?.denylist.has(number)).toBe(false);
    const audit = JSON.stringify(await one.registry.audit({ limit: 99 }));
    expect(audit).toContain(keyed(number));
    expect(audit).not.toContain(number);
  });

  it("takes the shopper off every list in one write, of which the audit knows the hash alone", async () => {
    const one = await setting.instance();
    await one.registry.write(request(listing));
    const answer = await erase(order({ lists: true }), depsOf(one));
    expect(answer).toMatchObject({ lists: [], removed: [`denylist:${KEY}`, "audience:pilot"], left: null });
    expect(one.view.state.position.version).toBe(2);
    expect([...(one.view.state.flags.get(KEY)?.denylist.members() ?? [])]).toEqual([other]);
    const entries = await one.registry.audit({ limit: 9 });
    expect(
      entries
        .filter(({ version }) => version === 2)
        .map(({ action }) => action)
        .toSorted(),
    ).toEqual(["audience-set", "erasure-set", "flag-set"]);
    expect(JSON.stringify(entries)).not.toContain(number);
    expect(JSON.stringify(entries)).toContain(keyed(number));
  });

  it("leaves the number in no file of the store, nor in what instances keep beside it", async () => {
    const [one, two] = [await setting.instance(), await setting.instance()];
    await one.registry.write(request(listing));
    await two.untilVersion(1);
    await settled(() => filesWith(number).some((path) => path.includes("data-2")));
    expect(filesWith(number).length).toBeGreaterThan(2);
    expect(await erase(order({ lists: true }), depsOf(one))).toMatchObject({ left: null });
    await two.untilVersion(2);
    expect(filesWith(number).filter((path) => path.startsWith(setting.path))).toEqual([]);
    await settled(() => filesWith(number).length === 0);
    expect(filesWith(other).length).toBeGreaterThan(2);
    expect(filesWith(scoped).length).toBeGreaterThan(0);
  });

  it("is of all ids of a person that a file or the notes of any instance say of", async () => {
    const one = await setting.instance();
    await one.registry.write(request(listing));
    const notes = createAliasNotes("key");
    const untilMs = Date.now() + dayMs;
    const noted = [notes.alias(scoped, number, untilMs), notes.names(number, [scoped], untilMs)];
    await one.registry.notes.put([...noted, notes.alias("somebody", other, untilMs)]);
    const aliases = [new Map([["crm-7", number]]), new Map([["crm-8", other]])];
    for (const shopper of ["crm-7", scoped]) {
      const answer = await erase(order({ shopper, lists: true }), depsOf(one, { aliases }));
      expect(answer).toMatchObject({ kind: "erased", ids: shopper === scoped ? 1 : 3, lists: [] });
      if (shopper === "crm-7" && answer.kind === "erased") {
        expect(answer.hashes).toEqual(expect.arrayContaining(["crm-7", number, scoped, `+${number}`].map(keyed)));
        expect(answer.hashes).not.toContain(keyed(other));
      }
    }
    expect([...(one.view.state.audiences.get("pilot")?.members() ?? [])]).toEqual([other]);
    const keys = [notes.keyOf(scoped), notes.namesKeyOf(number), notes.keyOf("somebody")];
    expect([...(await one.registry.notes.get("alias", keys)).keys()]).toEqual([notes.keyOf("somebody")]);
  });

  it("tells every instance by hash, for as long as one may not have heard", async () => {
    const [one, two] = [await setting.instance(), await setting.instance()];
    await erase(order(), depsOf(one));
    await two.untilVersion(1);
    const told = (instance: Instance) => erasedIn(instance.view.state.documents.values());
    expect(told(two)[0]).toBe(keyed(number));
    await erase(order({ shopper: other }), depsOf(one, { now: () => Date.now() + 7 * dayMs }));
    expect(told(one)).toEqual(expect.arrayContaining([keyed(number), keyed(other)]));
    await erase(order({ shopper: "x" }), depsOf(one, { now: () => Date.now() + 9 * dayMs }));
    expect(told(one)).toEqual([keyed("x")]);
  });

  it("hashes under every key that is in use", async () => {
    const one = await setting.instance();
    const answer = await erase(order(), depsOf(one, { hashKeys: () => ["key", "old"] }));
    const hashes = answer.kind === "erased" ? answer.hashes : [];
    const ofOne = await erase(order(), depsOf(one));
    expect(hashes).toContain(keyed(number));
    expect(new Set(hashes).size).toBe(2 * (ofOne.kind === "erased" ? ofOne.hashes.length : 0));
  });

  it("says that the store did not take it, and what it could not empty", async () => {
    const line = setting.line();
    const one = await setting.instance({ open: () => line.port });
    line.before = (call) => {
      if (call === "purge") throw new Error("it is busy");
    };
    expect(await erase(order(), depsOf(one))).toMatchObject({ kind: "erased", left: "it is busy" });
    line.before = (call) => {
      if (call === "commit") throw new Error("no");
    };
    await expect(erase(order({ shopper: other }), depsOf(one))).rejects.toThrow("no");
  });

  it("of nobody in particular writes flags as before", async () => {
    const one = await setting.instance();
    await erase(order(), depsOf(one));
    expect(await one.registry.write(setPercent(5))).toMatchObject({ kind: "written", version: 2 });
  });
});
