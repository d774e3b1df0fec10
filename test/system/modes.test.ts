import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { settled } from "../support/figures.ts";
import { json, post, startSide, textFrom, type SideServer } from "../support/side.ts";
import { startSombra, type LedgerAnswer, type Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const cutover = { ...on, WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN: "false" };

let open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly sombra: Sombra;
}

async function world(env: Readonly<Record<string, string>>): Promise<World> {
  const legacy = await startSide(json(200, { by: "legacy" }));
  const candidate = await startSide(json(200, { by: "candidate" }));
  const sombra = await startSombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url, ...env });
  open.push({ close: () => sombra.stop() }, legacy, candidate);
  return { legacy, candidate, sombra };
}

describe("who answers and who is called", () => {
  test.each([
    ["nothing set", {}, "legacy", 0, "skipped", "not-enabled"],
    ["enabled only: shadow and dual-run fail on", on, "legacy", 1, "compared", "divergent"],
    ["shadow", { ...on, WHATSAPP_DUAL_RUN: "false" }, "legacy", 1, "compared", "divergent"],
    [
      "dual-run without shadow",
      { ...on, WHATSAPP_CANONICAL_SHADOW_MODE: "false" },
      "legacy",
      1,
      "compared",
      "divergent",
    ],
    ["cutover", cutover, "candidate", 1, "skipped", "cut-over"],
    [
      "cutover at 0 %",
      { ...cutover, WHATSAPP_CANONICAL_EVENTS_ENABLED_PERCENT: "0" },
      "legacy",
      0,
      "skipped",
      "not-enabled",
    ],
    ["forced to legacy", { ...cutover, SOMBRA_FORCE_LEGACY: "1" }, "legacy", 0, "skipped", "not-enabled"],
    ["not on the list", { WHATSAPP_CANONICAL_EVENTS_ENABLED_ALLOWLIST: "1" }, "legacy", 0, "skipped", "not-enabled"],
    ["on the list", { WHATSAPP_CANONICAL_EVENTS_ENABLED_ALLOWLIST: shopper }, "legacy", 1, "compared", "divergent"],
  ])("%s", async (_, env, answeredBy, candidateCalls, state, substate) => {
    const { legacy, candidate, sombra } = await world(env);
    const answer = await post(`${sombra.url}/webhook`, textFrom(shopper));
    expect(await answer.json()).toEqual({ by: answeredBy });
    const ledger = await settled(sombra, 1);
    expect(ledger).toMatchObject({ [state]: { total: 1, [substate]: 1 } });
    expect(candidate.seen).toHaveLength(candidateCalls);
    expect(legacy.seen).toHaveLength(answeredBy === "legacy" ? 1 : 0);
  });

  test("the candidate gets the same bytes and is told what it is asked", async () => {
    const { candidate, sombra } = await world(on);
    const body = textFrom(shopper);
    await post(`${sombra.url}/webhook?x=1`, body, { "x-sombra-mode": "forged", "x-hub-signature-256": "sha256=00" });
    await candidate.requests(1);
    const [seen] = candidate.seen;
    expect(seen?.body.toString()).toBe(body);
    expect(seen?.url).toBe("/webhook?x=1");
    expect(seen?.headers).toMatchObject({
      "x-sombra-side": "candidate",
      "x-sombra-mode": "dual-run",
      "x-sombra-shadow": "true",
      "x-hub-signature-256": "sha256=00",
      host: new URL(candidate.url).host,
    });
    expect(seen?.headers["x-sombra-flags"]).toMatch(/^v=0;WHATSAPP_CANONICAL_EVENTS_ENABLED=on,/);
    expect(seen?.headers["traceparent"]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  });

  test("a handshake goes to legacy in every mode and makes no item", async () => {
    const { legacy, candidate, sombra } = await world(cutover);
    const answer = await fetch(`${sombra.url}/webhook?hub.mode=subscribe&hub.challenge=1`);
    expect(await answer.json()).toEqual({ by: "legacy" });
    expect(legacy.seen).toHaveLength(1);
    expect(candidate.seen).toHaveLength(0);
    expect((await sombra.get<LedgerAnswer>("/api/ledger")).received).toBe(0);
    expect(await (await sombra.call("GET", "/metrics")).text()).toContain('sombra_passed_total{route="default"} 1');
  });

  test("a delivery of several shoppers of one mode goes as it came, and each of them counts", async () => {
    for (const [env, by, state] of [
      [on, "legacy", "compared"],
      [cutover, "candidate", "skipped"],
    ] as const) {
      const { candidate, sombra } = await world(env);
      const both = JSON.parse(textFrom(shopper));
      const other = JSON.parse(textFrom("447700900456"));
      both.entry.push(...other.entry);
      const body = JSON.stringify(both);
      const answer = await post(sombra.url, body);
      expect(await answer.json()).toEqual({ by });
      expect((await settled(sombra, 2))[state]["total"]).toBe(2);
      expect(candidate.seen.map((seen) => seen.body.toString())).toEqual([body]);
    }
  });

  test("a delivery of nobody is mirrored only where everybody's would be", async () => {
    const account = JSON.stringify({
      object: "whatsapp_business_account",
      entry: [{ id: "1", changes: [{ field: "account_update", value: {} }] }],
    });
    const { sombra: some } = await world({ WHATSAPP_CANONICAL_EVENTS_ENABLED_PERCENT: "50" });
    await post(some.url, account);
    expect((await settled(some, 1)).skipped).toEqual({ total: 1, "no-shopper": 1 });
    const { sombra: all } = await world({ WHATSAPP_CANONICAL_EVENTS_ENABLED_PERCENT: "100" });
    await post(all.url, account);
    expect((await settled(all, 1)).compared["total"]).toBe(1);
  });

  test("raising the share of a split cutover is decided per shopper", async () => {
    const { sombra } = await world({
      ...on,
      WHATSAPP_CANONICAL_SHADOW_MODE_PERCENT: "50",
      WHATSAPP_DUAL_RUN_PERCENT: "50",
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const answer = await post(sombra.url, textFrom(`4477009001${String(i).padStart(2, "0")}`, `wamid.${i}`));
        const { by }: { by: string } = JSON.parse(await answer.text());
        return by;
      }),
    );
    expect(new Set(answers)).toEqual(new Set(["legacy", "candidate"]));
    const ledger = await settled(sombra, 20);
    expect(ledger.skipped["cut-over"]).toBe(answers.filter((by) => by === "candidate").length);
    expect(ledger.compared["total"]).toBe(answers.filter((by) => by === "legacy").length);
  });
});

describe("cutover", () => {
  test("a body too large to wait for goes to legacy whole", async () => {
    const { legacy, candidate, sombra } = await world(cutover);
    const body = "x".repeat(5 * 1024 * 1024);
    expect(await (await post(sombra.url, body)).json()).toEqual({ by: "legacy" });
    expect(legacy.seen[0]?.body.length).toBe(body.length);
    expect(candidate.seen).toHaveLength(0);
    expect((await settled(sombra, 1)).skipped).toEqual({ total: 1, "body-too-large": 1 });
  });
});

describe("the kill switch", () => {
  test("by API puts everything on legacy, undo restores what was", async () => {
    const { sombra } = await world(cutover);
    const by = async (): Promise<unknown> => (await post(sombra.url, textFrom(shopper))).json();
    expect(await by()).toEqual({ by: "candidate" });
    expect(await (await sombra.call("POST", "/api/kill")).json()).toMatchObject({ killed: true });
    expect(await by()).toEqual({ by: "legacy" });
    const flag = await sombra.get("/feature-flags/WHATSAPP_CANONICAL_EVENTS_ENABLED?shopper_id=1");
    expect(flag).toMatchObject({ enabled: false, reason: "killed" });
    expect(await (await sombra.call("DELETE", "/api/kill")).json()).toMatchObject({ killed: false });
    expect(await by()).toEqual({ by: "candidate" });
  });

  test("by SIGUSR2 to the pid of the first log line, and it outlives the process", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "sombra-kill-"));
    open.push({ close: () => rm(dataDir, { recursive: true }) });
    const { legacy, candidate, sombra } = await world({ ...cutover, SOMBRA_DATA_DIR: dataDir });
    const first = sombra.lines[0];
    expect(first).toMatchObject({ event: "started", pid: sombra.pid });
    sombra.signal("SIGUSR2");
    await sombra.line(({ event }) => event === "kill");
    expect(await (await post(sombra.url, textFrom(shopper))).json()).toEqual({ by: "legacy" });
    await sombra.stop();
    const again = await startSombra({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      SOMBRA_DATA_DIR: dataDir,
      ...cutover,
    });
    open.push({ close: () => again.stop() });
    expect(await (await post(again.url, textFrom(shopper))).json()).toEqual({ by: "legacy" });
  });
});
