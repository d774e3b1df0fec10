import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { figure, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import { briefRoutes, type Sombra } from "../support/sombra.ts";

const dir = mkdtempSync(join(tmpdir(), "sombra-rules-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const opened = new Opened();
afterEach(opened.close);

const about = "owner: bot-team, reason: a test";

/** Sides that answer so, the candidate with a status; `rules`: of the file. */
async function world(rules: readonly string[], legacy: object, candidate: object, status = 200): Promise<Sombra> {
  const config = join(dir, `${rules.length}.yaml`);
  writeFileSync(config, `${briefRoutes}rules:\n${rules.map((rule) => `  - {${rule}, ${about}}\n`).join("")}`);
  const sides = [startSide(json(200, legacy)), startSide(json(status, candidate))];
  const [ours, theirs] = (await Promise.all(sides)).map((side) => opened.add(side).url);
  return opened.sombra({
    SOMBRA_LEGACY_URL: ours ?? "",
    SOMBRA_CANDIDATE_URL: theirs ?? "",
    SOMBRA_CONFIG: config,
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  });
}

interface Found {
  readonly groups: readonly { readonly signature: string; readonly examples: readonly string[] }[];
}

interface Kept {
  readonly items: readonly { readonly divergences: readonly { readonly downstream: boolean }[] }[];
}

/** Answers of this size are compared on a thread of their own. */
const padding = "x".repeat(10_000);

test.each([
  ["small answers", ""],
  ["large answers", padding],
])("what rules of the file explain is noise, counted by rule: %s", async (_, pad) => {
  const sombra = await world(
    [
      "id: names, path: /body/by, ignore: true, expires: never",
      "id: prices, path: /body/price, tolerance: {absolute: 1}, expires: never",
    ],
    { by: "legacy", price: 10, pad },
    { by: "candidate", price: 10.5, pad },
  );
  await post(`${sombra.url}/webhook`, textFrom("447700900123"));
  expect(await settled(sombra, 1)).toMatchObject({ compared: { total: 1, noise: 1 } });
  expect(await figure(sombra, "sombra_rule_hidden_total", { rule: "names" })).toBe(1);
  expect(await figure(sombra, "sombra_rule_hidden_total", { rule: "prices" })).toBe(1);
  expect(await figure(sombra, "divergence_count", { severity: "noise" })).toBe(2);
  expect(await sombra.get("/api/rules")).toMatchObject({
    rules: [
      { id: "names", hidden: 1 },
      { id: "prices", hidden: 1 },
    ],
  });
});

test("a rule past its expiry hides nothing, and is told of in the log, by readyz and by doctor, whether of the file or of the API", async () => {
  const sombra = await world(
    ["id: old, path: /body/by, ignore: true, expires: 2026-01-31"],
    { by: "legacy" },
    { by: "candidate" },
  );
  const said = 'Rule "old" (bot-team) has expired on 2026-01-31 and does nothing: what it hid counts again';
  expect(await sombra.line(({ event }) => event === "alarm")).toMatchObject({ alarm: "rule-expired", message: said });
  expect(await sombra.get("/readyz")).toEqual({ status: "ready", degraded: [said] });
  const { checks } = await sombra.get<{ checks: readonly object[] }>("/api/doctor");
  expect(checks).toContainEqual(expect.objectContaining({ name: "rule old", status: "warn", text: said }));
  const late = { path: "/body/by", case: true, owner: "anna", reason: "a test", expires: "2026-02-28" };
  await sombra.call("PUT", "/api/rules/late", late);
  const saidToo = 'Rule "late" (anna) has expired on 2026-02-28 and does nothing: what it hid counts again';
  expect(await sombra.get("/readyz")).toEqual({ status: "ready", degraded: [said, saidToo] });
  await post(`${sombra.url}/webhook`, textFrom("447700900123"));
  expect(await settled(sombra, 1)).toMatchObject({ compared: { total: 1, divergent: 1 } });
  expect(await figure(sombra, "sombra_rule_hidden_total")).toBeNaN();
});

const downstreamOf = async (sombra: Sombra): Promise<readonly unknown[]> => {
  for (const shopper of ["447700900123", "447700900123", "447700900124"]) {
    await post(`${sombra.url}/webhook`, textFrom(shopper));
    await sombra.until<{ pending: number }>("/api/ledger", ({ pending }) => pending === 0);
  }
  const { groups } = await sombra.get<Found>("/api/divergences");
  const examples = groups[0]?.examples ?? [];
  const kept = await Promise.all(examples.map((id) => sombra.get<Kept>(`/api/exchanges/${id}`)));
  return kept.map(({ items }) => items[0]?.divergences[0]?.downstream);
};

test("what follows a shopper's first refusal is downstream", async () => {
  expect(await downstreamOf(await world([], { by: "legacy" }, { by: "legacy" }, 500))).toEqual([false, true, false]);
});

test("nothing follows from a body that nobody reads", async () => {
  expect(await downstreamOf(await world([], { by: "legacy" }, { by: "candidate" }))).toEqual([false, false, false]);
});

test("nothing follows from what is marked as expected, which is counted apart", async () => {
  const sombra = await world([], { by: "legacy" }, { by: "legacy" }, 500);
  const send = async (shopper: string): Promise<void> => {
    await post(`${sombra.url}/webhook`, textFrom(shopper));
    await sombra.until<{ pending: number }>("/api/ledger", ({ pending }) => pending === 0);
  };
  await send("447700900123");
  const [group] = (await sombra.get<Found>("/api/divergences")).groups;
  const mark = { state: "expected", reason: "it refuses for now", until: "2999-01-01" };
  const marked = await sombra.call("PUT", `/api/divergences/${group?.signature}/triage`, mark);
  expect(marked.status).toBe(200);
  // The mark reaches the data plane a moment later; one shopper each, so that none follows another one's.
  let sent = 0;
  const expected = async (): Promise<number> => {
    sent += 1;
    await send(`4477009002${sent + 10}`);
    return figure(sombra, "divergence_count", { severity: "expected" });
  };
  for (let count = await expected(); Number.isNaN(count); count = await expected()) expect(sent).toBeLessThan(20);
  await send("447700900199");
  await send("447700900199");
  expect(await figure(sombra, "divergence_count", { severity: "expected" })).toBe(3);
  expect(await figure(sombra, "divergence_count", { severity: "critical" })).toBe(sent);
  expect((await sombra.get<Found>("/api/divergences")).groups).toMatchObject([{ count: sent + 3, downstream: 0 }]);
});
