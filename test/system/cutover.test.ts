import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { startCollector } from "../support/collector.ts";
import { refusingUrl, startFaulty, type FaultName } from "../support/fault.ts";
import { figure, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type SideServer } from "../support/side.ts";
import { briefRoutes, type Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const cutover = {
  WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  WHATSAPP_CANONICAL_SHADOW_MODE: "false",
  WHATSAPP_DUAL_RUN: "false",
};

const dir = mkdtempSync(join(tmpdir(), "sombra-cutover-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const config = join(dir, "sombra.yaml");
writeFileSync(config, `candidate: { timeoutMs: 300, breaker: { failures: 2, openMs: 600000 } }\n${briefRoutes}`);

const opened = new Opened();
afterEach(opened.close);

interface World {
  readonly legacy: SideServer;
  readonly sombra: Sombra;
}

async function worldWith(candidateUrl: string, env: Readonly<Record<string, string>> = {}): Promise<World> {
  const legacy = opened.add(await startSide(json(200, { by: "legacy" })));
  const urls = { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidateUrl, SOMBRA_CONFIG: config };
  return { legacy, sombra: await opened.sombra({ ...urls, ...cutover, ...env }) };
}

interface Groups {
  readonly groups: readonly {
    readonly kind: string;
    readonly severity: string;
    readonly examples: readonly string[];
  }[];
}
const groupsOf = async (sombra: Sombra): Promise<Groups["groups"]> =>
  (await sombra.get<Groups>("/api/divergences")).groups;
const deliver = (sombra: Sombra): Promise<Response> => post(sombra.url, textFrom(shopper));

describe("a candidate that cannot be reached in cutover", () => {
  test("leaves the answer to legacy: a fallback, a failed item, a critical divergence, an event in the trace", async () => {
    const collector = opened.add(await startCollector());
    const { legacy, sombra } = await worldWith(await refusingUrl(), collector.env);
    expect(await (await deliver(sombra)).json()).toEqual({ by: "legacy" });
    expect(legacy.seen).toHaveLength(1);
    expect((await settled(sombra, 1)).failed).toEqual({ total: 1, refused: 1 });
    expect(await figure(sombra, "sombra_fallbacks_total")).toBe(1);
    expect(await figure(sombra, "divergence_count", { severity: "critical" })).toBe(1);
    const [group, ...others] = await groupsOf(sombra);
    expect([group, others]).toMatchObject([{ kind: "failed", severity: "critical", count: 1 }, []]);
    const record = await sombra.get(`/api/exchanges/${group?.examples[0]}`);
    expect(record).toMatchObject({ items: [{ mode: "cutover", divergences: [{ kind: "failed" }] }] });
    const events = (): readonly unknown[] => collector.spans.find(({ name }) => name === "compare")?.events ?? [];
    await expect
      .poll(events, { timeout: 30_000 })
      .toMatchObject([{ name: "sombra.divergence", attributes: { path: "/", kind: "failed", severity: "critical" } }]);
  });

  test("and is left alone by the breaker diverges on every item all the same", async () => {
    const { legacy, sombra } = await worldWith(await refusingUrl());
    for (let i = 0; i < 5; i += 1) expect(await (await deliver(sombra)).json()).toEqual({ by: "legacy" });
    expect(legacy.seen).toHaveLength(5);
    expect((await settled(sombra, 5)).failed).toEqual({ total: 5, refused: 2, "breaker-open": 3 });
    expect(await groupsOf(sombra)).toMatchObject([{ kind: "failed", severity: "critical", count: 5 }]);
    expect(await figure(sombra, "divergence_count", { severity: "critical" })).toBe(5);
  });

  test("diverges from nothing where legacy cannot be reached either", async () => {
    const { sombra } = await worldWith(await refusingUrl(), { SOMBRA_LEGACY_URL: await refusingUrl() });
    expect((await deliver(sombra)).status).toBe(502);
    expect((await settled(sombra, 1)).failed).toEqual({ total: 1, refused: 1 });
    expect(await groupsOf(sombra)).toEqual([]);
  });
});

describe("a candidate in cutover that may have begun to act", () => {
  test.each<readonly [FaultName, string]>([
    ["resets", "reset"],
    ["answers garbage", "bad-answer"],
  ])("and %s: its failure is passed on, legacy is not called, there is nothing to diverge from", async (...row) => {
    const [fault, substate] = row;
    const candidate = opened.add(await startFaulty(fault));
    const { legacy, sombra } = await worldWith(candidate.url);
    expect((await deliver(sombra)).status).toBe(502);
    expect(legacy.seen).toHaveLength(0);
    expect((await settled(sombra, 1)).failed).toEqual({ total: 1, [substate]: 1 });
    expect(await groupsOf(sombra)).toEqual([]);
    expect(await figure(sombra, "divergence_count")).toBeNaN();
    expect(await figure(sombra, "sombra_fallbacks_total")).toBeNaN();
  });
});
