import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { isTwinned } from "../../src/mirror/twin-share.ts";
import { batch, idsIn } from "../support/batch.ts";
import { figure, growth, growthOf, ledgerOf, settled } from "../support/figures.ts";
import { freePort } from "../support/free-port.ts";
import { Opened } from "../support/opened.ts";
import { sendText, traceOf } from "../support/reverse-world.ts";
import { json, post, startSide, textFrom, type Behaviour, type Seen, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const root = mkdtempSync(join(tmpdir(), "sombra-twin-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const opened = new Opened();
afterEach(opened.close);

const shopper = "447700900123";

interface Handler {
  readonly answer: () => object;
  /** What it sends to whoever wrote; null: nothing. */
  readonly says?: () => string | null;
  /** What is waited for before it answers. */
  readonly after?: Promise<unknown>;
}

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly twin: SideServer;
  /** The outside. */
  readonly graph: SideServer;
  readonly sombra: Sombra;
}

interface Options {
  readonly legacy?: Handler;
  readonly candidate?: Handler;
  readonly twin?: Handler | Behaviour;
  readonly config?: string;
  readonly share?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const same: Handler = { answer: () => ({ ok: true }) };
let worlds = 0;

/** Three handlers; everybody is mirrored, in dual-run where nothing else is said. */
async function world({ legacy = same, candidate = same, twin = same, ...options }: Options): Promise<World> {
  const egress = await freePort();
  const graph = opened.add(await startSide(json(200, { messages: [{ id: "wamid.real" }] })));
  const start = async (side: string, handler: Handler | Behaviour): Promise<SideServer> =>
    opened.add(await startSide(typeof handler === "function" ? handler : behaviourOf(side, handler, egress)));
  const [ours, theirs, third] = await Promise.all([
    start("legacy", legacy),
    start("candidate", candidate),
    start("twin", twin),
  ]);
  worlds += 1;
  const file = join(root, `${worlds}.yaml`);
  const route = `routes: [{ twinShare: ${options.share ?? 1}, settle: { quietMs: 50, maxMs: 2000 } }]\n`;
  writeFileSync(file, `${options.config ?? ""}${route}`);
  const sombra = await opened.sombra({
    SOMBRA_LEGACY_URL: ours.url,
    SOMBRA_CANDIDATE_URL: theirs.url,
    SOMBRA_TWIN_URL: third.url,
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_EGRESS_PORT: String(egress),
    SOMBRA_CONFIG: file,
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    WHATSAPP_DUAL_RUN: "true",
    ...options.env,
  });
  return { legacy: ours, candidate: theirs, twin: third, graph, sombra };
}

interface Routed extends Pick<Options, "legacy" | "candidate" | "twin" | "share"> {
  readonly mode?: "dual-run" | "shadow";
}

interface RouteWorld extends Omit<World, "graph"> {
  readonly url: string;
}

/** Handlers of their own for each route, at `/name`, of one Sombra. */
async function routed<Name extends string>(
  held: Opened,
  routes: Readonly<Record<Name, Routed>>,
  config = "",
): Promise<(name: Name) => RouteWorld> {
  const started = new Map<string, Omit<RouteWorld, "sombra" | "url">>();
  const flags: Record<string, string> = {};
  const lines: string[] = [];
  for (const [name, options] of Object.entries<Routed>(routes)) {
    const start = async (side: "legacy" | "candidate" | "twin"): Promise<SideServer> => {
      const does = options[side] ?? same;
      return held.add(await startSide(typeof does === "function" ? does : behaviourOf(side, does, 0)));
    };
    const sides = { legacy: await start("legacy"), candidate: await start("candidate"), twin: await start("twin") };
    started.set(name, sides);
    const flag = `TWIN_${name.toUpperCase()}`;
    flags[flag] = "true";
    flags[`${flag}_SHADOW_MODE`] = "true";
    flags[`${flag}_DUAL_RUN`] = String(options.mode !== "shadow");
    const ours = `flags: { enabled: ${flag}, shadow: ${flag}_SHADOW_MODE, dualRun: ${flag}_DUAL_RUN }`;
    const urls = Object.entries(sides).map(([side, { url }]) => `${side}: "${url}"`);
    const twinning = `twinShare: ${options.share ?? 1}, settle: { quietMs: 50, maxMs: 2000 }`;
    lines.push(`  - { name: ${name}, match: { path: /${name} }, ${ours}, ${urls.join(", ")}, ${twinning} }\n`);
  }
  worlds += 1;
  const file = join(root, `${worlds}.yaml`);
  writeFileSync(file, `${config}routes:\n${lines.join("")}`);
  const sombra = await held.sombra({ SOMBRA_CONFIG: file, ...flags });
  return (name) => {
    const sides = started.get(name);
    if (sides === undefined) throw new Error(`No route ${name}`);
    return { ...sides, sombra, url: `${sombra.url}/${name}` };
  };
}

function behaviourOf(side: string, { answer, says = () => null, after }: Handler, egress: number): Behaviour {
  return (request, response) => {
    const act = async (): Promise<void> => {
      const body = says();
      if (body !== null) {
        const graph = `http://127.0.0.1:${egress}/${side}/graph`;
        await sendText(graph, { by: side, to: shopper, body, traceparent: traceOf(request) });
      }
      await after;
      json(200, answer())(request, response);
    };
    void act();
  };
}

const words = ["maçã", "banana", "cereja", "damasco", "figo", "goiaba", "kiwi", "lima", "manga", "pera", "uva", "caju"];

/** A word and a count that no two of these instances have in common. */
function noisy(instance: number): () => { readonly fruit: string; readonly served: number } {
  let served = 0;
  return () => {
    served += 1;
    return { fruit: words[(instance * 4 + served) % words.length] ?? "", served: served + instance * 1_000 };
  };
}

interface Group {
  readonly route: string;
  readonly path: string;
  readonly severity: string;
  readonly noise_rate: number | null;
  readonly exceeds_noise: boolean | null;
  readonly examples: readonly string[];
}

const groupsOf = async (sombra: Sombra, of = "default"): Promise<readonly Group[]> =>
  (await sombra.get<{ groups: readonly Group[] }>("/api/divergences")).groups.filter(({ route }) => route === of);

const noiseOf = async (sombra: Sombra, route?: string): Promise<readonly unknown[]> =>
  (await groupsOf(sombra, route))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, severity, noise_rate, exceeds_noise }) => [path, severity, noise_rate, exceeds_noise]);

interface Kept {
  readonly calls: readonly { readonly side: string; readonly status: number | null }[];
  readonly items: readonly { readonly divergences: readonly { readonly noise: unknown }[] }[];
}

const quiet = { total: 3, match: 0, noise: 3, divergent: 0 };

describe("with a twin,", () => {
  const shared = new Opened();
  const by = (name: string, noise: () => object): Handler => ({ answer: () => ({ ...noise(), shop: name }) });
  const alike = (): Routed => ({
    legacy: { answer: noisy(0) },
    candidate: { answer: noisy(1) },
    twin: { answer: noisy(2) },
  });
  const apart = (): Routed => ({
    legacy: by("old", noisy(0)),
    candidate: by("new", noisy(1)),
    twin: by("old", noisy(2)),
  });
  let of: (name: "alike" | "apart" | "alike_in_shadow" | "apart_in_shadow") => RouteWorld;
  beforeAll(async () => {
    of = await routed(shared, {
      alike: alike(),
      apart: apart(),
      alike_in_shadow: { ...alike(), mode: "shadow" },
      apart_in_shadow: { ...apart(), mode: "shadow" },
    });
  });
  afterAll(shared.close);

  test.each([
    ["dual-run", "alike"],
    ["shadow", "alike_in_shadow"],
  ] as const)("in %s, where legacy differs from itself, the candidate may", async (mode, route) => {
    const { sombra, twin, url } = of(route);
    const before = await ledgerOf(sombra);
    const answers = await growthOf(sombra, "sombra_answers_total", { side: "twin", status_class: "2xx" });
    const latencies = await growthOf(sombra, "latency_ms_count", { side: "twin" });
    const twinned = await growthOf(sombra, "sombra_items_twinned_total");
    const body = textFrom(shopper);
    for (const text of [body, textFrom(shopper), textFrom(shopper)]) await post(url, text);
    expect(growth(before, await settled(sombra, before.received + 3))).toEqual({ "compared noise": 3 });
    expect(await noiseOf(sombra, route)).toEqual([
      ["/body/fruit", "noise", 1, false],
      ["/body/served", "noise", 1, false],
    ]);
    expect(twin.seen).toHaveLength(3);
    expect(twin.seen[0]?.body.toString()).toBe(body);
    expect(twin.seen[0]?.headers).toMatchObject({
      "x-sombra-side": "twin",
      "x-sombra-mode": mode,
      "x-sombra-shadow": "true",
    });
    expect([await answers(), await latencies(), await twinned()]).toEqual([3, 3, 3]);
    const [group] = await groupsOf(sombra, route);
    const record = await sombra.get<Kept>(`/api/exchanges/${group?.examples[0]}`);
    expect(record.calls.map(({ side, status }) => `${side} ${status}`).toSorted()).toEqual([
      "candidate 200",
      "legacy 200",
      "twin 200",
    ]);
    expect(record.items[0]?.divergences.map(({ noise }) => noise)).toEqual([{ by: "twin" }, { by: "twin" }]);
  });

  test.each([
    ["dual-run", "apart"],
    ["shadow", "apart_in_shadow"],
  ] as const)("in %s, where the candidate differs and legacy does not from itself, it counts", async (_, route) => {
    const { sombra, url } = of(route);
    const before = await ledgerOf(sombra);
    for (let i = 0; i < 3; i += 1) await post(url, textFrom(shopper));
    expect(growth(before, await settled(sombra, before.received + 3))).toEqual({ "compared divergent": 3 });
    expect(await noiseOf(sombra, route)).toEqual([
      ["/body/fruit", "noise", 1, false],
      ["/body/served", "noise", 1, false],
      ["/body/shop", "minor", 0, true],
    ]);
  });
});

describe("what the twin sends", () => {
  test("never leaves, and shows what noise there is in sends", async () => {
    const says = (noise: ReturnType<typeof noisy>) => () => `Temos ${noise().fruit}`;
    const all = await world({
      legacy: { ...same, says: says(noisy(0)) },
      candidate: { ...same, says: says(noisy(1)) },
      twin: { ...same, says: says(noisy(2)) },
    });
    for (let i = 0; i < 3; i += 1) await post(all.sombra.url, textFrom(shopper));
    expect((await settled(all.sombra, 3)).compared).toEqual(quiet);
    expect(all.graph.seen.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer token-of-legacy"));
    expect(await figure(all.sombra, "sombra_effects_total", { side: "twin", disposition: "held" })).toBe(3);
    expect(await figure(all.sombra, "sombra_effects_attributed_total", { side: "twin", fate: "attributed" })).toBe(3);
  });

  test("is nothing to go by where it never sends this way: what the candidate fails to send counts", async () => {
    const all = await world({ legacy: { ...same, says: () => "Olá" } });
    for (let i = 0; i < 2; i += 1) await post(all.sombra.url, textFrom(shopper));
    expect((await settled(all.sombra, 2)).compared).toMatchObject({ total: 2, divergent: 2 });
    expect(await noiseOf(all.sombra)).toEqual([["/effects/send.text/*", "critical", null, null]]);
    expect(await figure(all.sombra, "sombra_items_twinned_total")).toBeNaN();
  });
});

describe("a twin in trouble", () => {
  const breaker = "candidate: { timeoutMs: 1500, breaker: { failures: 2, openMs: 600000 } }\n";
  const never = new Promise<never>(() => undefined);
  const hanging: Behaviour = () => undefined;
  const torn: Behaviour = (_, response) => void response.destroy();

  const shared = new Opened();
  let of: (name: "hangs" | "silent" | "torn" | "gone") => RouteWorld;
  beforeAll(async () => {
    const troubles = {
      hangs: { twin: hanging },
      silent: { twin: { ...same, after: never } },
      torn: { twin: torn },
      gone: {},
    };
    of = await routed(shared, troubles, breaker);
  });
  afterAll(shared.close);

  test.each([
    ["hangs", "hangs", "timeout"],
    ["says nothing any more", "silent", "timeout"],
    ["breaks off", "torn", "reset"],
  ] as const)("that %s changes no answer and nothing of the ledger", async (_, route, failure) => {
    const { sombra, candidate, twin, url } = of(route);
    const ledger = await ledgerOf(sombra);
    const failures = await growthOf(sombra, "sombra_answers_total", { side: "twin", status_class: failure });
    const shed = await growthOf(sombra, "sombra_twin_shed_total", { reason: "breaker-open" });
    for (let i = 0; i < 4; i += 1) {
      const before = performance.now();
      const answer = await post(url, textFrom(`44770090012${i}`));
      expect([answer.status, await answer.text()]).toEqual([200, '{"ok":true}']);
      expect(performance.now() - before).toBeLessThan(1_000);
      if (i === 1) await settled(sombra, ledger.received + 2);
    }
    expect(growth(ledger, await settled(sombra, ledger.received + 4))).toEqual({ "compared match": 4 });
    expect([candidate.seen.length, twin.seen.length]).toEqual([4, 2]);
    expect([await failures(), await shed()]).toEqual([2, 2]);
    expect(await figure(sombra, "sombra_breaker_open")).toBe(0);
    expect(await figure(sombra, "sombra_items_twinned_total")).toBeNaN();
  });

  test("that is not there at all is noticed by its own figures only", async () => {
    const { sombra, twin, url } = of("gone");
    const ledger = await ledgerOf(sombra);
    const refused = await growthOf(sombra, "sombra_answers_total", { side: "twin", status_class: "refused" });
    await twin.close();
    for (let i = 0; i < 3; i += 1) expect((await post(url, textFrom(shopper))).status).toBe(200);
    expect(growth(ledger, await settled(sombra, ledger.received + 3))).toEqual({ "compared match": 3 });
    expect(await refused()).toBe(2);
  });

  test("is not believed of a shopper of whom it has missed something", async () => {
    let calls = 0;
    const noise = noisy(2);
    const forgetful: Behaviour = (request, response) => {
      calls += 1;
      if (calls === 1) response.destroy();
      else json(200, noise())(request, response);
    };
    const all = await world({ legacy: { answer: noisy(0) }, candidate: { answer: noisy(1) }, twin: forgetful });
    const other = "447700900124";
    for (const [i, one] of [shopper, shopper, other].entries()) {
      await post(all.sombra.url, textFrom(one));
      await settled(all.sombra, i + 1);
    }
    expect((await settled(all.sombra, 3)).compared).toEqual({ total: 3, match: 0, noise: 1, divergent: 2 });
    expect(await figure(all.sombra, "sombra_items_twinned_total")).toBe(1);
  });

  test("keeps nobody from stopping", async () => {
    const all = await world({ twin: hanging });
    await post(all.sombra.url, textFrom(shopper));
    await all.twin.requests(1);
    const before = performance.now();
    expect(await all.sombra.stop()).toBe(0);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe("the twin gets", () => {
  const personOf = ({ body }: Seen): string => /"from":"(\d+)"/.exec(body.toString())?.[1] ?? "";

  const shared = new Opened();
  let open = 0;
  let most = 0;
  const slow: Behaviour = (request, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      json(200, { ok: true })(request, response);
    }, 30);
  };
  let of: (name: "some" | "none" | "slow") => RouteWorld;
  beforeAll(async () => {
    of = await routed(shared, { some: { share: 0.3 }, none: { share: 0 }, slow: { twin: slow } });
  });
  afterAll(shared.close);

  test("its share of shoppers, and all that these write", async () => {
    const { sombra, twin, url } = of("some");
    const before = await ledgerOf(sombra);
    const people = Array.from({ length: 30 }, (_, i) => `4477009001${10 + i}`);
    for (const person of [...people, ...people]) await post(url, textFrom(person));
    expect(growth(before, await settled(sombra, before.received + 60))).toEqual({ "compared match": 60 });
    const route = { name: "some", twin: { share: 0.3 } };
    const chosen = people.filter((one) =>
      // What else a route and an item have is of no importance.
      isTwinned({ route, exchange: "" } as never, { shopper: one } as never),
    );
    expect(chosen.length).toBeGreaterThan(3);
    expect(chosen.length).toBeLessThan(18);
    expect(twin.seen.map(personOf).toSorted()).toEqual([...chosen, ...chosen].toSorted());
  });

  test("nothing where its share is 0", async () => {
    const { sombra, twin, url } = of("none");
    const { received } = await ledgerOf(sombra);
    await post(url, textFrom(shopper));
    await settled(sombra, received + 1);
    expect(twin.seen).toHaveLength(0);
  });

  test("what one shopper writes in order, one after the other, however slow it is", async () => {
    const { sombra, twin, url } = of("slow");
    const before = await ledgerOf(sombra);
    const texts = Array.from({ length: 6 }, (_, i) => textFrom(shopper, `wamid.${i}`));
    for (const text of texts) await post(url, text);
    expect(growth(before, await settled(sombra, before.received + 6))).toEqual({ "compared match": 6 });
    expect(twin.seen.map(({ body }) => idsIn(body)[0])).toEqual(texts.map((_, i) => `wamid.${i}`));
    expect(most).toBe(1);
    expect(await figure(sombra, "sombra_order_uncertain_total")).toBeNaN();
  });

  test("the part of a delivery that the candidate gets, signed as legacy's", async () => {
    const secret = "app-secret";
    const all = await world({
      env: {
        SOMBRA_APP_SECRET: secret,
        SOMBRA_CANDIDATE_APP_SECRET: "another",
        WHATSAPP_CANONICAL_EVENTS_ENABLED_ALLOWLIST: shopper,
      },
    });
    const { body, headers } = batch(
      [
        { from: shopper, id: "wamid.ours" },
        { from: "447700900124", id: "wamid.other" },
      ],
      secret,
    );
    expect((await post(all.sombra.url, body, headers)).status).toBe(200);
    await settled(all.sombra, 2);
    const [seen] = all.twin.seen;
    const sign = (key: string): string =>
      `sha256=${createHmac("sha256", key)
        .update(seen?.body ?? "")
        .digest("hex")}`;
    expect(idsIn(seen?.body ?? Buffer.of())).toEqual(["wamid.ours"]);
    expect(seen?.headers["x-hub-signature-256"]).toBe(sign(secret));
    expect(all.candidate.seen[0]?.headers["x-hub-signature-256"]).toBe(sign("another"));
  });
});
