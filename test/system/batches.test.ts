import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { sign } from "../../src/whatsapp/index.ts";
import { batch, idsIn, type Sent } from "../support/batch.ts";
import { figure, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, type Behaviour, type Seen, type SideServer } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const legacySecret = "the-app-secret";
const candidateSecret = "the-secret-of-the-candidate";

/** Ten shoppers: three are cut over, one is denied, the others are compared. */
const people = Array.from({ length: 10 }, (_, i) => `4477009001${String(i).padStart(2, "0")}`);
const cutOver = people.slice(2, 5);
const denied = people.slice(7, 8);
const compared = people.filter((one) => !cutOver.includes(one) && !denied.includes(one));
const partial = {
  WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  WHATSAPP_CANONICAL_EVENTS_ENABLED_DENYLIST: denied.join(","),
  WHATSAPP_CANONICAL_SHADOW_MODE: "true",
  WHATSAPP_CANONICAL_SHADOW_MODE_DENYLIST: cutOver.join(","),
  WHATSAPP_DUAL_RUN: "true",
  WHATSAPP_DUAL_RUN_DENYLIST: cutOver.join(","),
};
const secrets = { SOMBRA_APP_SECRET: legacySecret, SOMBRA_CANDIDATE_APP_SECRET: candidateSecret };

const opened = new Opened();
afterEach(opened.close);

interface World {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  readonly sombra: Sombra;
  /** Requests whose signature was not good. */
  readonly broken: readonly Seen[];
}

interface Does {
  readonly legacy?: Behaviour;
  /** To what it is asked to answer. */
  readonly candidate?: Behaviour;
}

async function world(env: Readonly<Record<string, string>>, does: Does = {}): Promise<World> {
  const broken: Seen[] = [];
  const checking = (secret: string, behaviour: Behaviour): Behaviour => {
    return (request, response) => {
      const good = request.headers["x-hub-signature-256"] === sign(request.body, secret);
      const length = request.headers["content-length"] === String(request.body.length);
      if (!good || !length) broken.push(request);
      behaviour(request, response);
    };
  };
  const held = json(200, { by: "candidate", held: true });
  const legacy = opened.add(await startSide(checking(legacySecret, does.legacy ?? json(200, { by: "legacy" }))));
  const answers = does.candidate ?? json(200, { by: "candidate" });
  const candidate = opened.add(
    await startSide(
      checking(candidateSecret, (request, response) =>
        (request.headers["x-sombra-mode"] === "cutover" ? answers : held)(request, response),
      ),
    ),
  );
  const urls = { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url };
  return { legacy, candidate, sombra: await opened.sombra({ ...urls, ...secrets, ...env }), broken };
}

const messages: readonly Sent[] = people.map((from) => ({ from, id: `wamid.${from}` }));
const idsOf = (shoppers: readonly string[]): readonly string[] => shoppers.map((from) => `wamid.${from}`);
const deliver = (sombra: Sombra, sent = messages): Promise<Response> => {
  const { body, headers } = batch(sent, legacySecret);
  return post(`${sombra.url}/webhook`, body, headers);
};
const calls = ({ candidate }: World, mode: string): readonly Seen[] =>
  candidate.seen.filter(({ headers }) => headers["x-sombra-mode"] === mode);

describe("a batch that legacy answers", () => {
  test("goes whole to legacy, and to the candidate with exactly the items it is to have, signed for it", async () => {
    const env = {
      ...partial,
      WHATSAPP_CANONICAL_SHADOW_MODE_DENYLIST: "",
      WHATSAPP_DUAL_RUN_DENYLIST: cutOver.join(","),
    };
    const all = await world(env);
    const { body } = batch(messages, legacySecret);
    expect(await (await deliver(all.sombra)).json()).toEqual({ by: "legacy" });
    expect(all.legacy.seen.map((seen) => seen.body.toString())).toEqual([body]);
    const ledger = await settled(all.sombra, 10);
    expect(ledger.skipped).toEqual({ total: 1, "not-enabled": 1 });
    expect(ledger.compared["total"]).toBe(9);
    expect(calls(all, "shadow").map((seen) => idsIn(seen.body))).toEqual([idsOf(cutOver)]);
    expect(calls(all, "dual-run").map((seen) => idsIn(seen.body))).toEqual([idsOf(compared)]);
    for (const seen of all.candidate.seen) {
      const text = seen.body.toString();
      expect(text).toContain("12345678901234567890");
      expect(text).toContain("ol\\u00e1");
      expect(text).not.toContain(`Name of ${denied[0]}`);
    }
    expect(all.broken).toEqual([]);
  });

  test("without the secret is not mirrored, or whole where that is asked for", async () => {
    const { sombra, candidate } = await world({ ...partial, SOMBRA_APP_SECRET: "", SOMBRA_CANDIDATE_APP_SECRET: "" });
    expect(await (await deliver(sombra)).json()).toEqual({ by: "legacy" });
    expect((await settled(sombra, 10)).skipped).toEqual({ total: 10, "mixed-batch": 9, "not-enabled": 1 });
    expect(candidate.seen).toHaveLength(0);
  });
});

describe("a batch that is partly cut over", () => {
  test("is parted: each side answers its own, at the same time, and 200 goes back when both said so", async () => {
    const both = Promise.withResolvers<void>();
    const waiting: (() => void)[] = [];
    // Neither answers before the other has been asked.
    const together = (by: string): Behaviour => {
      return (request, response) => {
        waiting.push(() => json(200, { by })(request, response));
        if (waiting.length === 2) both.resolve();
      };
    };
    const all = await world(partial, { legacy: together("legacy"), candidate: together("candidate") });
    const answer = deliver(all.sombra);
    await both.promise;
    for (const go of waiting) go();
    expect((await answer).status).toBe(200);
    expect(all.legacy.seen.map((seen) => idsIn(seen.body))).toEqual([
      idsOf(people.filter((one) => !cutOver.includes(one))),
    ]);
    expect(calls(all, "cutover").map((seen) => idsIn(seen.body))).toEqual([idsOf(cutOver)]);
    expect(calls(all, "cutover")[0]?.headers["x-sombra-shadow"]).toBeUndefined();
    expect(calls(all, "dual-run").map((seen) => idsIn(seen.body))).toEqual([idsOf(compared)]);
    const ledger = await settled(all.sombra, 10);
    expect(ledger.skipped).toEqual({ total: 4, "cut-over": 3, "not-enabled": 1 });
    expect(ledger.compared["total"]).toBe(6);
    expect(all.broken).toEqual([]);
    expect(await figure(all.sombra, "sombra_maybe_twice_total")).toBeNaN();
  });

  /** 500 the first time, then 200. */
  const failingOnce = (by: string): Behaviour => {
    let failed = false;
    return (request, response) => {
      const status = failed ? 200 : 500;
      failed = true;
      json(status, { by })(request, response);
    };
  };

  test.each(["legacy", "candidate"] as const)(
    "and of which %s failed: its answer goes back, and the other's items are not done again",
    async (failing) => {
      const all = await world(partial, { [failing]: failingOnce(failing) });
      const first = await deliver(all.sombra);
      expect([first.status, await first.json()]).toEqual([500, { by: failing }]);
      const again = await deliver(all.sombra);
      expect(again.status).toBe(200);
      const times = (side: readonly Seen[], shoppers: readonly string[]): readonly number[] =>
        idsOf(shoppers).map((id) => side.filter((seen) => idsIn(seen.body).includes(id)).length);
      const others = people.filter((one) => !cutOver.includes(one));
      expect(new Set(times(all.legacy.seen, others))).toEqual(new Set([failing === "legacy" ? 2 : 1]));
      expect(new Set(times(calls(all, "cutover"), cutOver))).toEqual(new Set([failing === "candidate" ? 2 : 1]));
      expect(new Set(times(calls(all, "dual-run"), compared))).toEqual(new Set([1]));
      // Nobody is left: our 200 stands for theirs.
      const before = all.legacy.seen.length + all.candidate.seen.length;
      const third = await deliver(all.sombra);
      expect(third.status).toBe(200);
      if (failing === "candidate") expect(all.legacy.seen).toHaveLength(1);
      expect(all.legacy.seen.length + all.candidate.seen.length).toBeGreaterThanOrEqual(before);
      expect(all.broken).toEqual([]);
      await settled(all.sombra, 30);
    },
  );

  test("and failed in part is decided anew after a kill: what has a 200 on record stays out", async () => {
    const all = await world(partial, { legacy: failingOnce("legacy") });
    expect((await deliver(all.sombra)).status).toBe(500);
    expect((await all.sombra.call("POST", "/api/kill", { reason: "test" })).ok).toBe(true);
    expect((await deliver(all.sombra)).status).toBe(200);
    expect(all.legacy.seen.map((seen) => idsIn(seen.body).length)).toEqual([7, 7]);
    expect(calls(all, "cutover")).toHaveLength(1);
    await settled(all.sombra, 20);
  });

  test("and failed on both sides goes again to both", async () => {
    const all = await world(partial, { legacy: failingOnce("legacy"), candidate: failingOnce("candidate") });
    const first = await deliver(all.sombra);
    expect([first.status, await first.json()]).toEqual([500, { by: "legacy" }]);
    expect((await deliver(all.sombra)).status).toBe(200);
    expect(all.legacy.seen.map((seen) => idsIn(seen.body).length)).toEqual([7, 7]);
    expect(calls(all, "cutover").map((seen) => idsIn(seen.body).length)).toEqual([3, 3]);
    await settled(all.sombra, 20);
  });

  test("is legacy's where the candidate cannot be reached: its items follow, signed for legacy", async () => {
    const all = await world(partial);
    await all.candidate.close();
    expect((await deliver(all.sombra)).status).toBe(200);
    expect(
      all.legacy.seen
        .map((seen) => idsIn(seen.body))
        .flat()
        .toSorted(),
    ).toEqual(idsOf(people).toSorted());
    expect(all.broken).toEqual([]);
    expect((await settled(all.sombra, 10)).failed).toMatchObject({ refused: 9 });
    expect(await figure(all.sombra, "sombra_fallbacks_total")).toBe(3);
  });
});

describe("an item delivered again", () => {
  test("is compared once, and its story is kept: legacy failed first, then succeeded", async () => {
    let count = 0;
    const all = await world(
      { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" },
      {
        legacy: (request, response) => {
          count += 1;
          json(count === 1 ? 500 : 200, { by: "legacy" })(request, response);
        },
      },
    );
    const one = messages.slice(0, 1);
    expect((await deliver(all.sombra, one)).status).toBe(500);
    await settled(all.sombra, 1);
    expect((await deliver(all.sombra, one)).status).toBe(200);
    const ledger = await settled(all.sombra, 2);
    expect([ledger.compared["total"], ledger.skipped]).toEqual([1, { total: 1, redelivery: 1 }]);
    expect(all.candidate.seen).toHaveLength(1);
  });
});

describe("a provider that leaves before its answer", () => {
  const leave = async ({ sombra }: World, sent: readonly Sent[], once: Promise<unknown>): Promise<void> => {
    const gone = new AbortController();
    const { body, headers } = batch(sent, legacySecret);
    const left = fetch(`${sombra.url}/webhook`, { method: "POST", body, headers, signal: gone.signal });
    await once;
    gone.abort();
    await expect(left).rejects.toThrow();
  };

  test("and delivers again is compared then: the candidate never had it", async () => {
    const asked = Promise.withResolvers<void>();
    let count = 0;
    const shadow = { WHATSAPP_CANONICAL_EVENTS_ENABLED: "true", WHATSAPP_DUAL_RUN: "false" };
    const all = await world(shadow, {
      legacy: (request, response) => {
        count += 1;
        if (count === 1) asked.resolve();
        else json(200, { by: "legacy" })(request, response);
      },
    });
    const one = messages.slice(0, 1);
    await leave(all, one, asked.promise);
    expect((await settled(all.sombra, 1)).skipped).toEqual({ total: 1, "client-gone": 1 });
    expect((await deliver(all.sombra, one)).status).toBe(200);
    expect((await settled(all.sombra, 2)).compared["total"]).toBe(1);
    expect(all.candidate.seen).toHaveLength(1);
  });

  test("of both sides leaves nothing pending and nothing kept, and what had a 200 by then stays out", async () => {
    const hangs = Promise.withResolvers<void>();
    let count = 0;
    const all = await world(partial, {
      candidate: (request, response) => {
        count += 1;
        if (count === 1) hangs.resolve();
        else json(200, { by: "candidate" })(request, response);
      },
    });
    await leave(
      all,
      messages,
      Promise.all([hangs.promise, all.legacy.requests(1)]).then(() => legacyAnswered(all)),
    );
    expect((await settled(all.sombra, 10)).skipped).toMatchObject({ "client-gone": 9 });
    expect(await figure(all.sombra, "sombra_kept_bytes")).toBe(0);
    expect((await deliver(all.sombra)).status).toBe(200);
    expect(all.legacy.seen).toHaveLength(1);
    expect(calls(all, "cutover")).toHaveLength(2);
    await settled(all.sombra, 20);
  });

  /** Legacy's answer has been read by Sombra: its connection is idle again. */
  const legacyAnswered = async ({ sombra }: World): Promise<void> => {
    await expect.poll(() => figure(sombra, "sombra_kept_bytes")).toBeGreaterThan(0);
  };
});

describe("the deliveries of one shopper", () => {
  test("reach the candidate one after the other, in the order they came; those of others beside them", async () => {
    const finish: (() => void)[] = [];
    const all = await world({ WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" });
    await all.candidate.close();
    const slow = opened.add(
      await startSide((request, response) => {
        finish.push(() => json(200, {})(request, response));
      }),
    );
    const sombra = await opened.sombra({
      SOMBRA_LEGACY_URL: all.legacy.url,
      SOMBRA_CANDIDATE_URL: slow.url,
      ...secrets,
      WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    });
    const [ana = "", bob = ""] = people;
    const say = (from: string, id: string) => deliver(sombra, [{ from, id }]);
    await say(ana, "a1");
    await say(ana, "a2");
    await say(bob, "b1");
    await slow.requests(2);
    const order = () => slow.seen.flatMap(({ body }) => idsIn(body));
    expect(order().toSorted()).toEqual(["a1", "b1"]);
    for (const go of finish.splice(0)) go();
    await slow.requests(3);
    expect(order().at(-1)).toBe("a2");
    for (const go of finish.splice(0)) go();
    await settled(sombra, 3);
    // One that waited is not in the latency pair.
    expect(await figure(sombra, "sombra_added_latency_ms_count")).toBe(2);
  });

  test("keep their order while answers wait for a decision, whichever thread looks at them", async () => {
    const all = await world(partial);
    const [ana = ""] = compared;
    const request = (id: string, padding: number): string => {
      const body = batch([{ from: ana, id }], legacySecret).body + " ".repeat(padding);
      const fields = [
        `x-hub-signature-256: ${sign(Buffer.from(body), legacySecret)}`,
        `content-length: ${body.length}`,
      ];
      return ["POST /webhook HTTP/1.1", "host: a", "content-type: application/json", ...fields, "", body].join("\r\n");
    };
    // Of one connection, so that the large one is complete before the small one.
    const socket = connect(all.sombra.port, "127.0.0.1");
    socket.write(request("large", 100_000) + request("small", 0));
    await all.candidate.requests(2);
    socket.destroy();
    expect(all.candidate.seen.flatMap(({ body }) => idsIn(body))).toEqual(["large", "small"]);
  });

  test("wait for a call that is under way, though whoever delivered it has left", async () => {
    const finish: (() => void)[] = [];
    const slow = opened.add(
      await startSide((request, response) => void finish.push(() => json(200, {})(request, response))),
    );
    const hangs = Promise.withResolvers<void>();
    const legacy = opened.add(
      await startSide((request, response) => {
        if (idsIn(request.body).includes("a1")) hangs.resolve();
        else json(200, {})(request, response);
      }),
    );
    const urls = { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: slow.url };
    const sombra = await opened.sombra({ ...urls, ...secrets, WHATSAPP_CANONICAL_EVENTS_ENABLED: "true" });
    const [ana = "", bob = ""] = people;
    const gone = new AbortController();
    const { body, headers } = batch([{ from: ana, id: "a1" }], legacySecret);
    const left = fetch(sombra.url, { method: "POST", body, headers, signal: gone.signal });
    await Promise.all([hangs.promise, slow.requests(1)]);
    gone.abort();
    await expect(left).rejects.toThrow();
    expect((await settled(sombra, 1)).skipped).toEqual({ total: 1, "client-gone": 1 });
    await deliver(sombra, [{ from: ana, id: "a2" }]);
    await deliver(sombra, [{ from: bob, id: "b1" }]);
    await slow.requests(2);
    const order = (): readonly string[] => slow.seen.flatMap((seen) => idsIn(seen.body));
    expect(order()).toEqual(["a1", "b1"]);
    for (const go of finish.splice(0)) go();
    await slow.requests(3);
    expect(order().at(-1)).toBe("a2");
    for (const go of finish.splice(0)) go();
    await settled(sombra, 3);
  });
});
