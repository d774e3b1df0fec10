import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { figure, growth, ledgerOf, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type SideServer } from "../support/side.ts";
import type { LedgerAnswer, Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const cutover = { ...on, WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN: "false" };

const opened = new Opened();
afterEach(opened.close);
/** What all tests have, each mode on a route of its own. */
const shared = new Opened();
afterAll(shared.close);

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly sombra: Sombra;
}

async function world(env: Readonly<Record<string, string>>, held: Opened = opened): Promise<World> {
  const legacy = held.add(await startSide(json(200, { by: "legacy" })));
  const candidate = held.add(await startSide(json(200, { by: "candidate" })));
  const sombra = await held.sombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url, ...env });
  return { legacy, candidate, sombra };
}

/** What the flags of a route are set to: by what follows the name of its own flag. */
const modes = {
  nothing: {},
  enabled: { "": "true" },
  shadow: { "": "true", _DUAL_RUN: "false" },
  dual: { "": "true", _SHADOW_MODE: "false" },
  cut: { "": "true", _SHADOW_MODE: "false", _DUAL_RUN: "false" },
  cut_none: { "": "true", _PERCENT: "0", _SHADOW_MODE: "false", _DUAL_RUN: "false" },
  unlisted: { _ALLOWLIST: "1" },
  listed: { _ALLOWLIST: shopper },
  half: { _PERCENT: "50" },
  all: { _PERCENT: "100" },
  split: { "": "true", _SHADOW_MODE_PERCENT: "50", _DUAL_RUN_PERCENT: "50" },
} as const;
type Mode = keyof typeof modes;

let every: World;
beforeAll(async () => {
  const file = join(shared.directory("sombra-modes-"), "sombra.yaml");
  const routes = Object.keys(modes).map((mode) => {
    const flags = `{ enabled: ${flagOf(mode)}, shadow: ${flagOf(mode)}_SHADOW_MODE, dualRun: ${flagOf(mode)}_DUAL_RUN }`;
    return `  - { name: ${mode}, match: { path: /${mode} }, flags: ${flags}, settle: { quietMs: 100 } }\n`;
  });
  writeFileSync(file, `routes:\n${routes.join("")}  - { name: default, settle: { quietMs: 100 } }\n`);
  const env = Object.entries(modes).flatMap(([mode, set]) =>
    Object.entries(set).map(([ending, value]) => [`${flagOf(mode)}${ending}`, value]),
  );
  every = await world({ ...cutover, ...Object.fromEntries(env), SOMBRA_CONFIG: file }, shared);
});

const flagOf = (mode: string): string => `MODE_${mode.toUpperCase()}`;
const urlOf = (mode: Mode): string => `${every.sombra.url}/${mode}`;

/** By what the ledger has grown when these items have ended. */
async function grown(items: number, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await ledgerOf(every.sombra);
  await act();
  return growth(before, await settled(every.sombra, before.received + items));
}

describe("who answers and who is called", () => {
  test.each<[string, Mode, "legacy" | "candidate", number, string]>([
    ["nothing set", "nothing", "legacy", 0, "skipped not-enabled"],
    ["enabled only: shadow and dual-run fail on", "enabled", "legacy", 1, "compared divergent"],
    ["shadow", "shadow", "legacy", 1, "compared divergent"],
    ["dual-run without shadow", "dual", "legacy", 1, "compared divergent"],
    ["cutover", "cut", "candidate", 1, "skipped cut-over"],
    ["cutover at 0 %", "cut_none", "legacy", 0, "skipped not-enabled"],
    ["not on the list", "unlisted", "legacy", 0, "skipped not-enabled"],
    ["on the list", "listed", "legacy", 1, "compared divergent"],
  ])("%s", async (_, mode, answeredBy, candidateCalls, end) => {
    const [called, asked] = [every.legacy.seen.length, every.candidate.seen.length];
    const ended = await grown(1, async () => {
      const answer = await post(urlOf(mode), textFrom(shopper));
      expect(await answer.json()).toEqual({ by: answeredBy });
    });
    expect(ended).toEqual({ [end]: 1 });
    expect(every.candidate.seen).toHaveLength(asked + candidateCalls);
    expect(every.legacy.seen).toHaveLength(called + (answeredBy === "legacy" ? 1 : 0));
  });

  test("forced to legacy", async () => {
    const { legacy, candidate, sombra } = await world({ ...cutover, SOMBRA_FORCE_LEGACY: "1" });
    expect(await (await post(`${sombra.url}/webhook`, textFrom(shopper))).json()).toEqual({ by: "legacy" });
    expect((await settled(sombra, 1)).skipped).toEqual({ total: 1, "not-enabled": 1 });
    expect([legacy.seen.length, candidate.seen.length]).toEqual([1, 0]);
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
    const { legacy, candidate, sombra } = every;
    for (const mode of ["enabled", "cut"] as const) {
      const [called, asked, { received }] = [legacy.seen.length, candidate.seen.length, await ledgerOf(sombra)];
      const answer = await fetch(`${urlOf(mode)}?hub.mode=subscribe&hub.challenge=1`);
      expect(await answer.json()).toEqual({ by: "legacy" });
      expect([legacy.seen.length, candidate.seen.length]).toEqual([called + 1, asked]);
      expect((await sombra.get<LedgerAnswer>("/api/ledger")).received).toBe(received);
      expect(await figure(sombra, "sombra_passed_total", { route: mode })).toBe(1);
    }
  });

  test.each([
    // One answer is one mark, that of the first of them.
    ["enabled", "legacy", { "compared divergent": 1, "compared match": 1 }],
    ["cut", "candidate", { "skipped cut-over": 2 }],
  ] as const)("a delivery of several shoppers goes as it came, and each of them counts: %s", async (mode, by, ends) => {
    const both = JSON.parse(textFrom(shopper));
    both.entry.push(...JSON.parse(textFrom("447700900456")).entry);
    const body = JSON.stringify(both);
    const asked = every.candidate.seen.length;
    const ended = await grown(2, async () => expect(await (await post(urlOf(mode), body)).json()).toEqual({ by }));
    expect(ended).toEqual(ends);
    expect(every.candidate.seen.slice(asked).map((seen) => seen.body.toString())).toEqual([body]);
  });

  test("a delivery of nobody is mirrored only where everybody's would be", async () => {
    const account = (field: string): string =>
      JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "1", changes: [{ field, value: {} }] }] });
    const some = await grown(1, () => post(urlOf("half"), account("account_update")));
    expect(some).toEqual({ "skipped no-shopper": 1 });
    const all = await grown(1, () => post(urlOf("all"), account("account_update")));
    expect(all).toEqual({ "compared divergent": 1 });
  });

  test("raising the share of a split cutover is decided per shopper", async () => {
    let answers: readonly string[] = [];
    const ended = await grown(20, async () => {
      answers = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const answer = await post(urlOf("split"), textFrom(`4477009001${String(i).padStart(2, "0")}`, `wamid.${i}`));
          const { by }: { by: string } = JSON.parse(await answer.text());
          return by;
        }),
      );
    });
    const count = (side: string): number => answers.filter((by) => by === side).length;
    expect(Math.min(count("legacy"), count("candidate"))).toBeGreaterThan(0);
    expect(ended).toEqual({ "skipped cut-over": count("candidate"), "compared divergent": count("legacy") });
  });
});

describe("cutover", () => {
  test("a body too large to wait for goes to legacy whole", async () => {
    const { legacy, candidate } = every;
    const body = "x".repeat(5 * 1024 * 1024);
    const asked = candidate.seen.length;
    const ended = await grown(1, async () =>
      expect(await (await post(urlOf("cut"), body)).json()).toEqual({ by: "legacy" }),
    );
    expect(ended).toEqual({ "skipped body-too-large": 1 });
    expect(legacy.seen.at(-1)?.body.length).toBe(body.length);
    expect(candidate.seen).toHaveLength(asked);
  });
});

describe("the kill switch", () => {
  test("by API puts everything on legacy, undo restores what was", async () => {
    const { sombra } = every;
    const by = async (): Promise<unknown> => (await post(`${sombra.url}/webhook`, textFrom(shopper))).json();
    expect(await by()).toEqual({ by: "candidate" });
    expect(await (await sombra.call("POST", "/api/kill")).json()).toMatchObject({ killed: true });
    expect(await by()).toEqual({ by: "legacy" });
    const flag = await sombra.get("/feature-flags/WHATSAPP_CANONICAL_EVENTS_ENABLED?shopper_id=1");
    expect(flag).toMatchObject({ enabled: false, reason: "killed" });
    expect(await (await sombra.call("DELETE", "/api/kill")).json()).toMatchObject({ killed: false });
    expect(await by()).toEqual({ by: "candidate" });
  });

  test("by SIGUSR2 to the pid of the first log line, and it outlives the process", async () => {
    const dataDir = opened.directory("sombra-kill-");
    const { legacy, candidate, sombra } = await world({ ...cutover, SOMBRA_DATA_DIR: dataDir });
    const first = sombra.lines[0];
    expect(first).toMatchObject({ event: "started", pid: sombra.pid });
    sombra.signal("SIGUSR2");
    await sombra.line(({ event }) => event === "kill");
    expect(await (await post(sombra.url, textFrom(shopper))).json()).toEqual({ by: "legacy" });
    await sombra.stop();
    const again = await opened.sombra({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      SOMBRA_DATA_DIR: dataDir,
      ...cutover,
    });
    expect(await (await post(again.url, textFrom(shopper))).json()).toEqual({ by: "legacy" });
  });
});
