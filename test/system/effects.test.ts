import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { figure, growth, growthOf, ledgerOf, settled } from "../support/figures.ts";
import { freePort } from "../support/free-port.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type Behaviour, type Seen, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const shopper = "447700900123";
const on = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" };
const cutover = { ...on, WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN: "false" };

const dir = mkdtempSync(join(tmpdir(), "sombra-effects-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const config = join(dir, "sombra.yaml");
writeFileSync(config, "routes: [{ settle: { quietMs: 600, maxMs: 2500 } }]\n");

const opened = new Opened();
afterEach(opened.close);

/** What a handler sends to whoever wrote. */
type Sends = (from: string, id: string) => readonly object[];

const text = (to: string, body: string) => ({
  messaging_product: "whatsapp",
  to,
  type: "text",
  text: { body },
});
const read = (id: string) => ({ messaging_product: "whatsapp", status: "read", message_id: id });

interface Handler {
  readonly sends: Sends;
  /** Passes the trace on, as instrumented handlers do. */
  readonly traced?: boolean;
  /** Answers before it sends. */
  readonly answersFirst?: boolean;
  /** Whose address it calls; its own where it does not say. */
  readonly calls?: "legacy";
  readonly token?: string;
  /** What it answers, in place of who it is. */
  readonly answers?: string;
  /** The upstream to which it publishes an event by HTTP before it sends. */
  readonly publishes?: string;
}

interface Handlers {
  readonly legacy: Handler;
  readonly candidate: Handler;
}

let people = 0;
const theirs = new Map<string, Handlers>();
/** A shopper of their own for a test in a world of several, and what the handlers do for them. */
function someone(handlers: Handlers): string {
  people += 1;
  const number = `447700901${String(people).padStart(3, "0")}`;
  theirs.set(number, handlers);
  return number;
}

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  /** The outside. */
  readonly graph: SideServer;
  readonly sombra: Sombra;
}

async function world(
  handlers: Handlers,
  env: Readonly<Record<string, string>> = on,
  held: Opened = opened,
): Promise<World> {
  const egress = await freePort();
  const handler = (side: "legacy" | "candidate"): Behaviour => {
    return (request, response) => {
      const [from, id] = senderOf(request);
      const does = (theirs.get(from) ?? handlers)[side];
      const { sends, traced = true, answersFirst = false, calls = side, token = `token-of-${side}` } = does;
      const send = async (): Promise<void> => {
        if (does.publishes !== undefined) {
          const headers = { traceparent: String(request.headers["traceparent"]) };
          await fetch(`http://127.0.0.1:${egress}/${side}/${does.publishes}/orders`, {
            method: "POST",
            body: side,
            headers,
          });
        }
        for (const body of sends(from, id)) {
          await fetch(`http://127.0.0.1:${egress}/${calls}/graph/v23.0/100000000000001/messages`, {
            method: "POST",
            body: JSON.stringify(body),
            headers: {
              "content-type": "application/json",
              authorization: `Bearer ${token}`,
              ...(traced ? { traceparent: String(request.headers["traceparent"]) } : {}),
            },
          }).then((answer) => answer.arrayBuffer());
        }
      };
      const answer = (): void => {
        if (does.answers === undefined) return json(200, { by: side })(request, response);
        response.writeHead(200, { "content-type": "application/json" }).end(does.answers);
      };
      if (answersFirst) {
        answer();
        void send();
      } else void send().then(answer);
    };
  };
  const graph = held.add(
    await startSide(json(200, { messaging_product: "whatsapp", messages: [{ id: "wamid.real" }] })),
  );
  const legacy = held.add(await startSide(handler("legacy")));
  const candidate = held.add(await startSide(handler("candidate")));
  const sombra = await held.sombra({
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: candidate.url,
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_EGRESS_PORT: String(egress),
    SOMBRA_CONFIG: config,
    ...env,
  });
  return { legacy, candidate, graph, sombra };
}

function senderOf({ body }: Seen): [string, string] {
  const { entry }: { entry: { changes: { value: { messages: { from: string; id: string }[] } }[] }[] } = JSON.parse(
    body.toString(),
  );
  const [message] = entry[0]?.changes[0]?.value.messages ?? [];
  return [message?.from ?? "", message?.id ?? ""];
}

/** Who is known outside to have said what. */
const outside = ({ graph }: World, to = ""): readonly string[] =>
  graph.seen
    .filter(({ body }) => body.includes(to))
    .map(({ headers, body }) => {
      const { text: said }: { text?: { body: string } } = JSON.parse(body.toString());
      return `${headers.authorization?.replace("Bearer token-of-", "")}: ${said?.body ?? "read"}`;
    });

interface Group {
  readonly signature: string;
  readonly where: string;
  readonly path: string;
  readonly kind: string;
  readonly severity: string;
  readonly count: number;
}
const effectGroups = async (sombra: Sombra): Promise<readonly Group[]> =>
  (await sombra.get<{ groups: readonly Group[] }>("/api/divergences")).groups.filter(({ where }) => where === "effect");

/** What the groups of effects have grown by since. */
async function groupsSince(sombra: Sombra, before: readonly Group[]): Promise<readonly Group[]> {
  const counted = new Map(before.map(({ signature, count }) => [signature, count]));
  const now = await effectGroups(sombra);
  return now
    .map((group) => ({ ...group, count: group.count - (counted.get(group.signature) ?? 0) }))
    .filter(({ count }) => count > 0);
}

const says = (body: string, more: Omit<Handler, "sends"> = {}): Handler => ({
  sends: (from) => [text(from, body)],
  ...more,
});
const silent: Handler = { sends: () => [] };

describe("what both sides do outside", () => {
  const shared = new Opened();
  let all: World;
  beforeAll(async () => {
    all = await world({ legacy: silent, candidate: silent }, on, shared);
  });
  afterAll(shared.close);

  test("matches where they send the same: legacy's reaches the outside, the candidate's is held", async () => {
    const { sombra } = all;
    const from = someone({ legacy: says("Olá"), candidate: says("Olá", { answersFirst: true }) });
    const [{ received }, groups] = [await ledgerOf(sombra), await effectGroups(sombra)];
    const attributed = await growthOf(sombra, "sombra_effects_attributed_total", { fate: "attributed" });
    const tied = await growthOf(sombra, "sombra_legacy_effects_tied_total", { by: "trace" });
    await post(sombra.url, textFrom(from));
    await settled(sombra, received + 1);
    expect(outside(all, from)).toEqual(["legacy: Olá"]);
    expect(await groupsSince(sombra, groups)).toEqual([]);
    expect([await attributed(), await tied()]).toEqual([2, 1]);
  });

  test.each<readonly [string, Handler, Handler, Partial<Group>]>([
    ["the candidate would have sent nothing", says("Olá"), silent, { kind: "missing", severity: "critical" }],
    [
      "the candidate would have said something else",
      says("Olá"),
      says("Oi"),
      { kind: "changed", severity: "critical" },
    ],
    [
      "the candidate would have sent where legacy is silent",
      silent,
      says("Oi"),
      { kind: "extra", severity: "critical" },
    ],
    [
      "the candidate would have sent twice",
      says("Olá"),
      { sends: (from) => [text(from, "Olá"), text(from, "Olá")] },
      { kind: "duplicated", severity: "critical" },
    ],
    [
      "the candidate would not have marked it as read",
      { sends: (from, id) => [read(id), text(from, "Olá")] },
      says("Olá"),
      { kind: "missing", severity: "minor" },
    ],
  ])("differs: %s", async (_, legacy, candidate, group) => {
    const { sombra } = all;
    const [before, groups] = [await ledgerOf(sombra), await effectGroups(sombra)];
    await post(sombra.url, textFrom(someone({ legacy, candidate })));
    const after = await settled(sombra, before.received + 1);
    expect(growth(before, after)).toEqual({ "compared divergent": 1 });
    expect(await groupsSince(sombra, groups)).toMatchObject([{ ...group, count: 1 }]);
    expect(outside(all).every((said) => said.startsWith("legacy"))).toBe(true);
  });

  test("counts where the answers are not compared, and an item says both", async () => {
    const { sombra, candidate } = all;
    const [before, groups, called] = [await ledgerOf(sombra), await effectGroups(sombra), candidate.seen.length];
    const deep = "[".repeat(300) + "]".repeat(300);
    const large = JSON.stringify("x".repeat(5_000_000));
    const people = [deep, large].flatMap((answers) =>
      ["Olá", "Oi"].map((said) => someone({ legacy: says("Olá"), candidate: says(said, { answers }) })),
    );
    await Promise.all(people.map((from) => post(sombra.url, textFrom(from))));
    const after = await settled(sombra, before.received + people.length);
    expect(growth(before, after)).toEqual({
      "skipped not-comparable": 1,
      "skipped body-too-large": 1,
      "compared divergent": 2,
    });
    expect(await groupsSince(sombra, groups)).toMatchObject([{ kind: "changed", severity: "critical", count: 2 }]);
    const seen = candidate.seen.slice(called).filter(({ body }) => body.includes(people[1] ?? "nobody"));
    const exchange = String(seen[0]?.headers["x-sombra-exchange"]);
    expect(await sombra.get(`/api/exchanges/${exchange}`)).toMatchObject({
      items: [{ state: { state: "compared", substate: "divergent" }, notCompared: "too-deep" }],
    });
  });

  test("is told apart without a trace, by whom it is for", async () => {
    const { sombra } = all;
    const later = says("Olá", { traced: false, answersFirst: true });
    const [{ received }, groups] = [await ledgerOf(sombra), await effectGroups(sombra)];
    const attributed = await growthOf(sombra, "sombra_effects_attributed_total", { fate: "attributed" });
    const byRecipient = await growthOf(sombra, "sombra_legacy_effects_tied_total", { by: "recipient" });
    const byTrace = await growthOf(sombra, "sombra_legacy_effects_tied_total", { by: "trace" });
    const five = Array.from({ length: 5 }, () => someone({ legacy: later, candidate: later }));
    await Promise.all(five.map((from) => post(sombra.url, textFrom(from))));
    await settled(sombra, received + 5);
    expect(await groupsSince(sombra, groups)).toEqual([]);
    expect([await attributed(), await byRecipient(), await byTrace()]).toEqual([10, 5, 0]);
  });

  test("is compared as one where nothing tells a shopper's deliveries apart, and the items are marked", async () => {
    const { sombra, candidate } = all;
    const [legacy, differs] = [says("Olá"), says("Oi")].map((one) => ({ ...one, traced: false, answersFirst: true }));
    if (legacy === undefined || differs === undefined) throw new Error("No handlers");
    const [twice, once] = [0, 1].map(() => someone({ legacy, candidate: differs }));
    if (twice === undefined || once === undefined) throw new Error("Nobody writes");
    const { received } = await ledgerOf(sombra);
    const overlapping = await growthOf(sombra, "sombra_effects_overlapping_total");
    const called = candidate.seen.length;
    await Promise.all([twice, twice, once].map((from) => post(sombra.url, textFrom(from))));
    await settled(sombra, received + 3);
    expect(await overlapping()).toBe(1);
    const seen = candidate.seen.slice(called);
    for (const { headers, body } of seen) {
      const record = await sombra.get(`/api/exchanges/${String(headers["x-sombra-exchange"])}`);
      expect(record).toMatchObject({ items: [{ overlapping: body.includes(twice) }] });
    }
    expect(seen).toHaveLength(3);
  });

  test("is declared where it is no call: events feed the counters of their side", async () => {
    const { sombra } = all;
    for (const [side, kind] of [
      ["legacy", "canonical_event"],
      ["candidate", "publish_failure"],
      ["candidate", "routing_assignment"],
    ]) {
      const body = JSON.stringify({ exchange: null, kind, name: "order_created", payload: { total: 1 } });
      expect((await post(`${sombra.egressUrl}/${side}/_effects`, body)).status).toBe(202);
    }
    await expect
      .poll(async () => [
        await figure(sombra, "canonical_events_published_count", { side: "legacy", event_type: "order_created" }),
        await figure(sombra, "canonical_publish_fail_count", { side: "candidate" }),
        await figure(sombra, "routing_assignments_count", { side: "candidate" }),
      ])
      .toEqual([1, 1, 1]);
  });

  test("is compared as part of its exchange where it is declared on the admin port", async () => {
    const { sombra, candidate } = all;
    const [before, groups, called] = [await ledgerOf(sombra), await effectGroups(sombra), candidate.seen.length];
    await post(sombra.url, textFrom(someone({ legacy: says("Olá"), candidate: says("Olá") })));
    await candidate.requests(called + 1);
    const exchange = candidate.seen[called]?.headers["x-sombra-exchange"];
    await sombra.call("POST", "/api/effects", { side: "candidate", exchange, kind: "canonical_event", name: "x" });
    expect(growth(before, await settled(sombra, before.received + 1))).toEqual({ "compared divergent": 1 });
    expect(await groupsSince(sombra, groups)).toMatchObject([{ kind: "extra", count: 1 }]);
  });

  test.each([
    ["no side", { kind: "canonical_event", name: "x" }, /"side" must be legacy, candidate or twin/],
    ["a kind that is none", { side: "legacy", kind: "a b", name: "x" }, /"kind" must be/],
  ])("is refused on the admin port where it is wrong: %s", async (_, body, detail) => {
    const answer = await all.sombra.call("POST", "/api/effects", body);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
    expect(await answer.json()).toMatchObject({ status: 400, detail: expect.stringMatching(detail) });
  });
});

describe("in a world of its own, what both sides do outside", () => {
  test("that differs in noise alone closes as soon as what matches", async () => {
    const ruled = join(dir, "ruled.yaml");
    const rule = "path: /effects/send.text/*/text/body, mask: ['order [0-9]+'], owner: a, reason: b, expires: never";
    const by = "path: /body/by, ignore: true, owner: a, reason: b, expires: never";
    const routes = "routes: [{settle: {quietMs: 200, maxMs: 600000}}]";
    writeFileSync(ruled, `${routes}\nrules: [{id: orders, ${rule}}, {id: by, ${by}}]\n`);
    const all = await world({ legacy: says("order 1"), candidate: says("order 2") }, { ...on, SOMBRA_CONFIG: ruled });
    await post(all.sombra.url, textFrom(shopper));
    expect((await settled(all.sombra, 1)).compared).toMatchObject({ total: 1, noise: 1 });
  });

  test("is waited for from the first delivery of a fresh install on, also where both answer before they send", async () => {
    const first = { traced: false, answersFirst: true };
    const all = await world({ legacy: says("Olá", first), candidate: says("Oi", first) });
    await post(all.sombra.url, textFrom(shopper));
    expect((await settled(all.sombra, 1)).compared).toMatchObject({ total: 1, divergent: 1 });
    expect(await effectGroups(all.sombra)).toMatchObject([{ kind: "changed", severity: "critical", count: 1 }]);
    expect(await figure(all.sombra, "sombra_effects_attributed_total", { fate: "late" })).toBeNaN();
  });

  test("counts where it is declared on the admin port as on the egress, and shows in the rollout of the last hour", async () => {
    const { sombra } = await world({ legacy: silent, candidate: silent });
    const rollout = () => sombra.get<object>("/rollout/WHATSAPP_CANONICAL_EVENTS_ENABLED");
    expect(await rollout()).toMatchObject({ events_last_hour: -1, events_by_type: {} });
    const event = { exchange: null, kind: "canonical_event", name: "order_created", payload: { total: 1 } };
    for (const side of ["legacy", "candidate", "candidate"]) {
      expect((await sombra.call("POST", "/api/effects", { side, ...event })).status).toBe(202);
    }
    await post(`${sombra.egressUrl}/candidate/_effects`, JSON.stringify({ ...event, name: "order_paid" }));
    expect(await rollout()).toMatchObject({
      events_last_hour: 4,
      events_by_type: { order_created: 3, order_paid: 1 },
      events_by_side: { legacy: { order_created: 1 }, candidate: { order_created: 2, order_paid: 1 } },
    });
  });
});

describe("a call of an API that nobody knows", () => {
  const shared = new Opened();
  let all: World;
  beforeAll(async () => {
    const events = shared.add(await startSide(json(201, {})));
    const kinds = ["send", "write", "read"];
    const upstreams = kinds.map((kind) => `${kind}s: { url: "${events.url}" }`).join(", ");
    const rules = kinds
      .map((kind) => `{ match: { upstream: ${kind}s, path: "/orders" }, classify: ${kind} }`)
      .join(", ");
    const file = join(dir, "classified.yaml");
    writeFileSync(
      file,
      `routes: [{ settle: { quietMs: 300, maxMs: 1000 } }]\negress: { upstreams: { ${upstreams} }, rules: [${rules}] }\n`,
    );
    all = await world({ legacy: silent, candidate: silent }, { ...on, SOMBRA_CONFIG: file }, shared);
  });
  afterAll(shared.close);

  test.each<readonly [string, string, readonly (readonly [string, string])[]]>([
    ["send", "is critical where it is missing", [["send.sends", "critical"]]],
    ["write", "is major where it is missing", [["write.writes", "major"]]],
    ["read", "is compared with nothing", []],
  ])("that a rule classifies as %s %s", async (classify, _, missing) => {
    const { sombra } = all;
    const [{ received }, before] = [await ledgerOf(sombra), await effectGroups(sombra)];
    const published = await growthOf(sombra, "sombra_effects_total", { side: "legacy" });
    const publishes = `${classify}s`;
    await post(sombra.url, textFrom(someone({ legacy: { ...silent, publishes }, candidate: silent })));
    await settled(sombra, received + 1);
    const groups = await groupsSince(sombra, before);
    expect(groups).toMatchObject(missing.map(([, severity]) => ({ kind: "missing", severity, count: 1 })));
    expect(groups.map(({ path }) => path)).toEqual(missing.map(([kind]) => expect.stringContaining(kind)));
    await expect.poll(published).toBe(1);
  });
});

describe("doctor", () => {
  interface Found {
    readonly checks: readonly { readonly name: string; readonly status: string; readonly text: string }[];
  }
  const found = async ({ sombra }: World) =>
    (await sombra.get<Found>("/api/doctor")).checks.filter(({ name }) => /: (?:egress|token)$/.test(name));
  const page = async ({ sombra }: World): Promise<string> => (await sombra.call("GET", "/")).text();

  async function afterItems(candidate: Handler): Promise<World> {
    const all = await world({ legacy: says("Olá"), candidate });
    for (let i = 0; i < 3; i += 1) await post(all.sombra.url, textFrom(`44770090014${i}`));
    await settled(all.sombra, 3);
    return all;
  }

  test("says that the candidate calls the egress, and that its token is legacy's", async () => {
    const all = await afterItems(says("Olá", { token: "token-of-legacy" }));
    expect(await found(all)).toMatchObject([
      { name: "default: egress", status: "ok", text: expect.stringMatching(/in all of the last 3 compared items/) },
      { name: "default: token", status: "warn", text: expect.stringMatching(/^both sides show the same token/) },
    ]);
    expect(await page(all)).toContain("Both sides show the same token");
  });

  test("warns of a candidate that sends by legacy's address", async () => {
    const all = await afterItems(says("Olá", { calls: "legacy" }));
    expect(await found(all)).toMatchObject([{ status: "fail", text: expect.stringMatching(/came twice by \/legacy/) }]);
    expect(await page(all)).toContain("REACHES CUSTOMERS");
    expect(outside(all)).toHaveLength(6);
  });

  test("warns of a candidate that makes no call where legacy sends", async () => {
    const all = await afterItems(silent);
    expect(await found(all)).toMatchObject([{ status: "fail", text: expect.stringMatching(/made no call at all/) }]);
    const { degraded } = await all.sombra.get<{ degraded: readonly string[] }>("/readyz");
    expect(degraded).toEqual([expect.stringMatching(/^Route default: .* made no call at all/)]);
  });
});

describe("an effect rule that releases", () => {
  const rule = "{ match: { upstream: events, method: POST }, release: true }";
  const other = "447700900151";

  const publishes: Handler = { ...says("Olá"), publishes: "events" };

  /** Both sides publish an event and then write to the customer. Who published in the outside world, after both did. */
  async function published(env: Readonly<Record<string, string>>, people: readonly string[]): Promise<string[][]> {
    const events = opened.add(await startSide(json(201, {})));
    const file = join(dir, `${events.url.replace(/\D/g, "")}.yaml`);
    writeFileSync(
      file,
      `routes: [{ settle: { quietMs: 200, maxMs: 1000 } }]\negress: { upstreams: { events: { url: "${events.url}" } }, rules: [${rule}] }\n`,
    );
    const all = await world({ legacy: publishes, candidate: publishes }, { ...on, ...env, SOMBRA_CONFIG: file });
    const by: string[][] = [];
    for (const [i, from] of people.entries()) {
      const known = events.seen.length;
      await post(all.sombra.url, textFrom(from));
      await settled(all.sombra, i + 1);
      // Whatever is released, customers hear of legacy alone.
      expect(outside(all, from)).toEqual(["legacy: Olá"]);
      const done = () => figure(all.sombra, "sombra_effects_total", { side: "candidate" });
      await expect.poll(done).toBe(2 * (i + 1));
      by.push(events.seen.slice(known).map(({ body }) => body.toString()));
    }
    return by;
  }

  const dualRun = { WHATSAPP_DUAL_RUN: "true" };
  /** Off for one shopper. */
  const some = { WHATSAPP_CANONICAL_SHADOW_MODE: "true", WHATSAPP_CANONICAL_SHADOW_MODE_DENYLIST: shopper };

  test("lets an event out in dual-run with the shadow flag off for all, and no send", async () => {
    const [by] = await published({ ...dualRun, WHATSAPP_CANONICAL_SHADOW_MODE: "false" }, [other]);
    expect(by?.toSorted()).toEqual(["candidate", "legacy"]);
  });

  test("lets it out with the shadow flag off for the shopper alone, and holds it where the flag is on", async () => {
    const [off, whereOn] = await published({ ...dualRun, ...some }, [shopper, other]);
    expect([off?.toSorted(), whereOn]).toEqual([["candidate", "legacy"], ["legacy"]]);
  });

  test("holds it in shadow", async () => {
    expect(await published({ WHATSAPP_DUAL_RUN: "false", ...some }, [other])).toEqual([["legacy"]]);
  });
});

describe("in cutover", () => {
  test("the candidate's calls go out, with its own words, traced or not", async () => {
    const all = await world({ legacy: silent, candidate: silent }, cutover);
    for (const [i, traced] of [true, false].entries()) {
      const from = someone({ legacy: says("Olá"), candidate: says("Oi", { traced, answersFirst: true }) });
      expect(await (await post(all.sombra.url, textFrom(from))).json()).toEqual({ by: "candidate" });
      await all.graph.requests(i + 1);
      await settled(all.sombra, i + 1);
      expect(outside(all, from)).toEqual(["candidate: Oi"]);
    }
    expect(outside(all)).toHaveLength(2);
  });

  test("of some, each is answered by its side alone", async () => {
    const cutOver = "447700900124";
    const all = await world(
      { legacy: says("Olá"), candidate: says("Oi") },
      {
        ...on,
        WHATSAPP_CANONICAL_SHADOW_MODE: "true",
        WHATSAPP_CANONICAL_SHADOW_MODE_DENYLIST: cutOver,
        WHATSAPP_DUAL_RUN: "true",
        WHATSAPP_DUAL_RUN_DENYLIST: cutOver,
      },
    );
    await post(all.sombra.url, textFrom(shopper));
    await post(all.sombra.url, textFrom(cutOver));
    await settled(all.sombra, 2);
    expect(outside(all).toSorted()).toEqual(["candidate: Oi", "legacy: Olá"]);
  });

  const both = (list: string, who: string): Record<string, string> => ({
    ...on,
    WHATSAPP_CANONICAL_SHADOW_MODE: "true",
    WHATSAPP_DUAL_RUN: "true",
    [`WHATSAPP_CANONICAL_SHADOW_MODE_${list}`]: who,
    [`WHATSAPP_DUAL_RUN_${list}`]: who,
  });

  test.each([
    ["an alias", `{ aliases: { "${shopper}": customer-7 } }`, both("DENYLIST", shopper)],
    ["a header", `{ from: ["header:x-customer", whatsapp] }`, both("DENYLIST", shopper)],
  ])(
    "nobody who is held under %s is messaged by an untraced candidate, whatever lists their number is on",
    async (...row) => {
      const [, told, env] = row;
      const file = join(dir, `${told.replace(/\W/g, "")}.yaml`);
      writeFileSync(file, `routes: [{ shopper: ${told}, settle: { quietMs: 200, maxMs: 1500 } }]\n`);
      const all = await world(
        { legacy: says("Olá"), candidate: says("Oi", { traced: false, answersFirst: true }) },
        { ...env, SOMBRA_CONFIG: file },
      );
      await post(all.sombra.url, textFrom(shopper), { "x-customer": "customer-7" });
      await settled(all.sombra, 1);
      const refused = { side: "candidate", disposition: "refused" };
      await expect.poll(() => figure(all.sombra, "sombra_effects_total", refused)).toBe(1);
      expect(outside(all)).toEqual(["legacy: Olá"]);
    },
  );

  test("somebody with an alias who is cut over is sent what an untraced candidate sends, as theirs", async () => {
    const file = join(dir, "aliases-cut.yaml");
    writeFileSync(file, `routes: [{ shopper: { aliases: { "${shopper}": customer-7 } } }]\n`);
    const all = await world(
      { legacy: says("Olá"), candidate: says("Oi", { traced: false, answersFirst: true }) },
      { ...both("DENYLIST", "customer-7"), SOMBRA_CONFIG: file },
    );
    await post(all.sombra.url, textFrom(shopper));
    await all.graph.requests(1);
    await settled(all.sombra, 1);
    expect(outside(all)).toEqual(["candidate: Oi"]);
  });

  test("what legacy answered in the candidate's place is not sent for by the candidate as well", async () => {
    const all = await world({ legacy: says("Olá"), candidate: silent }, cutover);
    await all.candidate.close();
    expect(await (await post(all.sombra.url, textFrom(shopper))).json()).toEqual({ by: "legacy" });
    await settled(all.sombra, 1);
    const traceparent = String(all.legacy.seen[0]?.headers["traceparent"]);
    const target = `${all.sombra.egressUrl}/candidate/graph/v23.0/1/messages`;
    expect((await post(target, JSON.stringify(text(shopper, "Oi")), { traceparent })).status).toBe(503);
    expect(outside(all)).toEqual(["legacy: Olá"]);
  });

  test.each([
    ["a plain HTTP route", "profile: http"],
    ["another business", "profile: meta"],
  ])("of %s, nothing goes out untied to whom legacy answers", async (_, profile) => {
    const orders = "flags: { enabled: ORDERS_ON, shadow: ORDERS_SHADOW, dualRun: ORDERS_DUAL }";
    const routes = join(dir, "orders.yaml");
    writeFileSync(
      routes,
      `routes:\n  - { match: { path: /whatsapp } }\n  - { name: orders, match: { path: /orders }, ${profile}, ${orders} }\n`,
    );
    const orderFlags = { ORDERS_ON: "true", ORDERS_SHADOW: "false", ORDERS_DUAL: "false" };
    const all = await world({ legacy: silent, candidate: silent }, { ...on, ...orderFlags, SOMBRA_CONFIG: routes });
    const target = `${all.sombra.egressUrl}/candidate/graph/v23.0/1/messages`;
    expect((await post(target, JSON.stringify(text(shopper, "Oi")))).status).toBe(503);
    expect(all.graph.seen).toHaveLength(0);
  });

  test("the upload of a file goes out untied, and nothing else that names nobody", async () => {
    const all = await world({ legacy: silent, candidate: silent }, both("DENYLIST", "447700900124"));
    const asks = async (method: string, target: string, body: string | FormData, type?: string): Promise<number> => {
      const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
      const url = `${all.sombra.egressUrl}/candidate/graph/v23.0${target}`;
      const answer = await fetch(url, { method, headers, ...(method === "POST" ? { body } : {}) });
      await answer.arrayBuffer();
      return answer.status;
    };
    const form = new FormData();
    form.append("file", new Blob(["a picture"], { type: "image/png" }), "a.png");
    const send = JSON.stringify(text(shopper, "Oi"));
    const statuses = [
      await asks("POST", "/1/media", form),
      await asks("DELETE", "/123", ""),
      await asks("POST", "/1/media", send, "application/json"),
      await asks("POST", "/1/media/messages", form),
      await asks("POST", "/1/media?method=delete", form),
      await asks("POST", "/", `batch=${send}`, "application/x-www-form-urlencoded"),
    ];
    expect(statuses).toEqual([200, 503, 503, 503, 503, 503]);
    expect(all.graph.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST /v23.0/1/media"]);
  });

  test("who is behind a user id is asked of those who knew, before anything goes out to it", async () => {
    const held = "447700900199";
    const env = {
      ...cutover,
      WHATSAPP_CANONICAL_EVENTS_ENABLED_DENYLIST: held,
      SOMBRA_CONFIG: join(dir, "brief.yaml"),
      SOMBRA_DATA_DIR: mkdtempSync(join(dir, "data-")),
    };
    writeFileSync(
      env.SOMBRA_CONFIG,
      "candidate: { timeoutMs: 500 }\nroutes: [{ settle: { quietMs: 50, maxMs: 800 } }]\n",
    );
    const all = await world({ legacy: silent, candidate: silent }, env);
    for (const [number, userId] of [
      [held, "GB.held"],
      [shopper, "GB.cut"],
    ] as const) {
      await post(all.sombra.url, textFrom(number).replace(`"from":"${number}"`, `$&,"from_user_id":"${userId}"`));
    }
    await settled(all.sombra, 2);
    await all.sombra.stop();
    const next = await opened.sombra({
      SOMBRA_LEGACY_URL: all.legacy.url,
      SOMBRA_CANDIDATE_URL: all.candidate.url,
      SOMBRA_GRAPH_URL: all.graph.url,
      ...env,
    });
    const sendTo = async (recipient: string): Promise<number> => {
      const body = { messaging_product: "whatsapp", recipient, type: "text", text: { body: "Oi" } };
      return (await post(`${next.egressUrl}/candidate/graph/v23.0/1/messages`, JSON.stringify(body))).status;
    };
    // Until nothing that was done before it can be open, one that has just begun sends nothing on untied.
    await expect.poll(() => sendTo("GB.cut"), { timeout: 30_000, interval: 500 }).toBe(200);
    expect([await sendTo("GB.held"), await sendTo("GB.nobody")]).toEqual([503, 503]);
    expect(new Set(all.graph.seen.map(({ body }) => JSON.parse(body.toString()).recipient))).toEqual(
      new Set(["GB.cut"]),
    );
  }, 60_000);

  describe("of all but four", () => {
    const others = ["447700900199", "5491123456789", "5215512345678", "553187654321"];
    const shared = new Opened();
    let all: World;
    beforeAll(async () => {
      const env = { ...cutover, WHATSAPP_CANONICAL_EVENTS_ENABLED_DENYLIST: others.join(",") };
      all = await world({ legacy: silent, candidate: silent }, env, shared);
    });
    afterAll(shared.close);

    test.each(others)("a call in doubt is refused, never made up and never sent: to %s", async (other) => {
      const { sombra } = all;
      const refused = await growthOf(sombra, "sombra_effects_total", { side: "candidate", disposition: "refused" });
      const alarms = await growthOf(sombra, "sombra_alarms_total", { alarm: "effect-in-doubt" });
      const answer = await post(
        `${sombra.egressUrl}/candidate/graph/v23.0/1/messages`,
        JSON.stringify(text(other, "Who is this for?")),
      );
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ error: { is_transient: true } });
      expect(all.graph.seen).toHaveLength(0);
      await expect.poll(refused).toBe(1);
      await expect.poll(alarms).toBe(1);
    });
  });
});
