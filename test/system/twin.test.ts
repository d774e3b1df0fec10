import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { isTwinned } from "../../src/mirror/twin-share.ts";
import { batch, idsIn } from "../support/batch.ts";
import { figure, settled } from "../support/figures.ts";
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
  readonly path: string;
  readonly severity: string;
  readonly noise_rate: number | null;
  readonly exceeds_noise: boolean | null;
  readonly examples: readonly string[];
}

const groupsOf = async (sombra: Sombra): Promise<readonly Group[]> =>
  (await sombra.get<{ groups: readonly Group[] }>("/api/divergences")).groups;

const noiseOf = async (sombra: Sombra): Promise<readonly unknown[]> =>
  (await groupsOf(sombra))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, severity, noise_rate, exceeds_noise }) => [path, severity, noise_rate, exceeds_noise]);

interface Kept {
  readonly calls: readonly { readonly side: string; readonly status: number | null }[];
  readonly items: readonly { readonly divergences: readonly { readonly noise: unknown }[] }[];
}

const quiet = { total: 3, match: 0, noise: 3, divergent: 0 };

describe.each([
  ["dual-run", { WHATSAPP_DUAL_RUN: "true" }],
  ["shadow", { WHATSAPP_DUAL_RUN: "false", WHATSAPP_CANONICAL_SHADOW_MODE: "true" }],
])("with a twin, in %s", (mode, env) => {
  test("where legacy differs from itself, the candidate may", async () => {
    const all = await world({
      legacy: { answer: noisy(0) },
      candidate: { answer: noisy(1) },
      twin: { answer: noisy(2) },
      env,
    });
    const body = textFrom(shopper);
    for (const text of [body, textFrom(shopper), textFrom(shopper)]) await post(all.sombra.url, text);
    expect((await settled(all.sombra, 3)).compared).toEqual(quiet);
    expect(await noiseOf(all.sombra)).toEqual([
      ["/body/fruit", "noise", 1, false],
      ["/body/served", "noise", 1, false],
    ]);
    expect(all.twin.seen).toHaveLength(3);
    expect(all.twin.seen[0]?.body.toString()).toBe(body);
    expect(all.twin.seen[0]?.headers).toMatchObject({
      "x-sombra-side": "twin",
      "x-sombra-mode": mode,
      "x-sombra-shadow": "true",
    });
    expect(await figure(all.sombra, "sombra_answers_total", { side: "twin", status_class: "2xx" })).toBe(3);
    expect(await figure(all.sombra, "latency_ms_count", { side: "twin" })).toBe(3);
    expect(await figure(all.sombra, "sombra_items_twinned_total")).toBe(3);
    const [group] = await groupsOf(all.sombra);
    const record = await all.sombra.get<Kept>(`/api/exchanges/${group?.examples[0]}`);
    expect(record.calls.map(({ side, status }) => `${side} ${status}`).toSorted()).toEqual([
      "candidate 200",
      "legacy 200",
      "twin 200",
    ]);
    expect(record.items[0]?.divergences.map(({ noise }) => noise)).toEqual([{ by: "twin" }, { by: "twin" }]);
  });

  test("where the candidate differs and legacy does not from itself, it counts", async () => {
    const by = (name: string, noise: () => object) => ({ answer: () => ({ ...noise(), shop: name }) });
    const all = await world({
      legacy: by("old", noisy(0)),
      candidate: by("new", noisy(1)),
      twin: by("old", noisy(2)),
      env,
    });
    for (let i = 0; i < 3; i += 1) await post(all.sombra.url, textFrom(shopper));
    expect((await settled(all.sombra, 3)).compared).toMatchObject({ total: 3, divergent: 3 });
    expect(await noiseOf(all.sombra)).toEqual([
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

  test.each<readonly [string, Handler | Behaviour, string]>([
    ["hangs", hanging, "timeout"],
    ["says nothing any more", { ...same, after: never }, "timeout"],
    ["breaks off", torn, "reset"],
  ])("that %s changes no answer and nothing of the ledger", async (_, twin, failure) => {
    const all = await world({ twin, config: breaker });
    for (let i = 0; i < 4; i += 1) {
      const before = performance.now();
      const answer = await post(all.sombra.url, textFrom(`44770090012${i}`));
      expect([answer.status, await answer.text()]).toEqual([200, '{"ok":true}']);
      expect(performance.now() - before).toBeLessThan(1_000);
      if (i === 1) await settled(all.sombra, 2);
    }
    const ledger = await settled(all.sombra, 4);
    expect(ledger.compared).toEqual({ total: 4, match: 4, noise: 0, divergent: 0 });
    expect([all.candidate.seen.length, all.twin.seen.length]).toEqual([4, 2]);
    expect(await figure(all.sombra, "sombra_answers_total", { side: "twin", status_class: failure })).toBe(2);
    expect(await figure(all.sombra, "sombra_twin_shed_total", { reason: "breaker-open" })).toBe(2);
    expect(await figure(all.sombra, "sombra_breaker_open")).toBe(0);
    expect(await figure(all.sombra, "sombra_items_twinned_total")).toBeNaN();
  });

  test("that is not there at all is noticed by its own figures only", async () => {
    const all = await world({ config: breaker });
    await all.twin.close();
    for (let i = 0; i < 3; i += 1) expect((await post(all.sombra.url, textFrom(shopper))).status).toBe(200);
    expect((await settled(all.sombra, 3)).compared).toEqual({ total: 3, match: 3, noise: 0, divergent: 0 });
    expect(await figure(all.sombra, "sombra_answers_total", { side: "twin", status_class: "refused" })).toBe(2);
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

  test("its share of shoppers, and all that these write", async () => {
    const all = await world({ share: 0.3 });
    const people = Array.from({ length: 30 }, (_, i) => `4477009001${10 + i}`);
    for (const person of [...people, ...people]) await post(all.sombra.url, textFrom(person));
    expect((await settled(all.sombra, 60)).compared).toMatchObject({ total: 60, match: 60 });
    const route = { name: "default", twin: { share: 0.3 } };
    const chosen = people.filter((one) =>
      // What else a route and an item have is of no importance.
      isTwinned({ route, exchange: "" } as never, { shopper: one } as never),
    );
    expect(chosen.length).toBeGreaterThan(3);
    expect(chosen.length).toBeLessThan(18);
    expect(all.twin.seen.map(personOf).toSorted()).toEqual([...chosen, ...chosen].toSorted());
  });

  test("nothing where its share is 0", async () => {
    const all = await world({ share: 0 });
    await post(all.sombra.url, textFrom(shopper));
    await settled(all.sombra, 1);
    expect(all.twin.seen).toHaveLength(0);
  });

  test("what one shopper writes in order, one after the other, however slow it is", async () => {
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
    const all = await world({ twin: slow });
    const texts = Array.from({ length: 6 }, (_, i) => textFrom(shopper, `wamid.${i}`));
    for (const text of texts) await post(all.sombra.url, text);
    expect((await settled(all.sombra, 6)).compared).toMatchObject({ total: 6, match: 6 });
    expect(all.twin.seen.map(({ body }) => idsIn(body)[0])).toEqual(texts.map((_, i) => `wamid.${i}`));
    expect(most).toBe(1);
    expect(await figure(all.sombra, "sombra_order_uncertain_total")).toBeNaN();
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
