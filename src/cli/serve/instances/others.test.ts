import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { createKeyedHash } from "../../../compare/index.ts";
import {
  createExchanges,
  createHolding,
  type CallKeys,
  type Exchanges,
  type Held,
  type OpenExchange,
  type OpenItem,
} from "../../../exchanges/index.ts";
import type { Effect, Mode } from "../../../model/index.ts";
import { sampleRoute } from "../../../model/sample.ts";
import { canonicalId } from "../../../whatsapp/index.ts";
import { createLegacyTies, type LegacyTies } from "../effects/legacy-ties.ts";
import type { NotesLink } from "../registry/notes-link.ts";
import { createOthers, type Others } from "./others.ts";

/** What a store does for notes, here in memory; `up`: it can be reached. */
function createStore() {
  const notes = new Map<string, string>();
  const link = {
    up: true,
    reads: 0,
    has: (exchange: string): boolean => [...notes.keys()].some((key) => key.startsWith(`exchange:${exchange}@`)),
    keys: (): readonly string[] => [...notes.keys()],
    text: (): string => JSON.stringify([...notes]),
    put: (all: Parameters<NotesLink["put"]>[0]) => {
      if (link.up) for (const { key, value } of all) notes.set(key, value);
      return Promise.resolve(link.up);
    },
    get: (_space: unknown, keys: readonly string[]) => {
      link.reads += 1;
      const found = keys.flatMap((key) => {
        const value = notes.get(key);
        return value === undefined ? [] : [[key, value] as const];
      });
      return Promise.resolve(link.up ? new Map(found) : null);
    },
    latest: () => 0,
    told: null,
  };
  return link;
}

const route = sampleRoute();

let aheadMs = 0;
const clock = (): number => performance.now() + aheadMs;
const inCutoverNow = (recipient: string): boolean => /[13579]$/.test(recipient);
const remember = (): Exchanges =>
  createExchanges({ settleMs: 600_000, max: 100_000, maxAlone: 100, canonicalId }, clock);

interface Instance {
  readonly exchanges: Exchanges;
  readonly others: Others;
  readonly ties: LegacyTies;
  readonly kept: Effect[];
  readonly lost: Effect[];
  readonly kill: (is: boolean) => void;
}

function instance(notes: NotesLink, hashKey = "key", lastRunMs: number | null = null): Instance {
  const exchanges = remember();
  const kept: Effect[] = [];
  const lost: Effect[] = [];
  let killed = false;
  const ties = createLegacyTies(null, () => undefined);
  const others = createOthers({
    killed: () => killed,
    routes: [route],
    notes,
    hash: createKeyedHash(hashKey),
    hashKeys: () => [hashKey],
    exchanges,
    cutoverPossible: () => true,
    inCutoverNow,
    egressSeen: { get: () => true, set() {} },
    ties,
    keep: (effect) => kept.push(effect),
    lost: (effect) => lost.push(effect),
    lastRunMs,
    clock,
    fault: (operation, error) => {
      throw new Error(operation, { cause: error });
    },
  });
  const kill = (is: boolean): void => void (killed = is);
  return { exchanges, others, ties, kept, lost, kill };
}

function open({ exchanges, others }: Pick<Instance, "exchanges" | "others">, opened: OpenExchange): void {
  exchanges.open(opened);
  if (opened.items.some(({ mode }) => mode !== "legacy")) others.opened(opened);
}

const keysOf = (some: Partial<CallKeys>): CallKeys => ({
  side: "candidate",
  exchange: null,
  traceId: null,
  refersTo: null,
  recipient: null,
  phone: null,
  ...some,
});

async function decided({ exchanges, others }: Instance, keys: CallKeys): Promise<Held> {
  const call = { keys, isMediaUpload: false };
  const elsewhere = await others.decide(call);
  return elsewhere?.decision ?? createHolding(exchanges, { cutoverPossible: () => true, inCutoverNow }).decide(call);
}

const knowsOthers = ({ others }: Instance): boolean => others.bounds({ quietMs: 0, maxMs: 0 }).quietMs > 0;

const store = createStore();
const one = instance(store);
const other = instance(store);

afterAll(async () => {
  await Promise.all([one.others.close(), other.others.close()]);
});

const item = (mode: Mode, some: Partial<OpenItem>): OpenItem => ({
  id: null,
  shopper: null,
  nameless: false,
  phone: null,
  mode,
  compared: mode === "dual-run",
  ...some,
});

const effect = (some: Partial<Effect>): Effect => ({
  ...keysOf({ recipient: "447700900555" }),
  operation: "send",
  kind: "send.text",
  target: null,
  payload: {},
  ids: [],
  produced: [],
  succeeded: true,
  atMs: 1,
  disposition: "held",
  ...some,
});

let runs = 0;

/** Two that have known each other for so long that everything is noted. */
async function acquainted(): Promise<void> {
  await expect.poll(() => knowsOthers(one) && knowsOthers(other), { timeout: 20_000 }).toBe(true);
  aheadMs += 10_000;
  await expect.poll(() => decided(one, keysOf({ recipient: "1" })), { timeout: 20_000 }).toBe("release");
}

describe("two instances", () => {
  it("are in doubt of what nobody noted until they have known each other for as long as an exchange is open", async () => {
    await expect.poll(() => knowsOthers(one) && knowsOthers(other), { timeout: 20_000 }).toBe(true);
    expect(await decided(one, keysOf({ recipient: "1" }))).toBe("refuse");
    await acquainted();
    expect(await decided(one, keysOf({ recipient: "2" }))).toBe("refuse");
  });

  it("never send on what one that knew everything would hold, nor make up what it would send on", async () => {
    await acquainted();
    const mode = fc.constantFrom<Mode>("legacy", "dual-run", "cutover");
    const person = fc.integer({ min: 1, max: 4 });
    const deliveries = fc.array(
      fc.record({
        at: fc.boolean(),
        trace: fc.integer({ min: 1, max: 6 }),
        items: fc.array(fc.record({ mode, person, message: fc.integer({ min: 1, max: 6 }) }), {
          minLength: 1,
          maxLength: 3,
        }),
        fellBack: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const perhaps = (most: number): fc.Arbitrary<number | null> => fc.option(fc.integer({ min: 1, max: most }));
    const calls = fc.array(
      fc.record({
        exchange: perhaps(7),
        traceId: perhaps(6),
        refersTo: perhaps(6),
        recipient: perhaps(4),
        here: fc.boolean(),
      }),
      { minLength: 20, maxLength: 20 },
    );
    const seen = { hold: 0, release: 0, refuse: 0 };
    await fc.assert(
      fc.asyncProperty(deliveries, calls, async (all, asked) => {
        runs += 1;
        const run = runs;
        const named = (kind: string, n: number | null): string | null => (n === null ? null : `${kind}${run}.${n}`);
        const shopper = (n: number | null): string | null => (n === null ? null : `44770090${run}${n}`);
        const everything = remember();
        for (const [i, { at, trace, items, fellBack }] of all.entries()) {
          const opened: OpenExchange = {
            exchange: `x${run}.${i + 1}`,
            traceId: `t${run}.${at ? 1 : 2}.${trace}`,
            route: "default",
            items: items.map(({ mode, person, message }) =>
              item(mode, { id: named("m", message), shopper: shopper(person) }),
            ),
          };
          const where = at ? one : other;
          everything.open(opened);
          open(where, opened);
          if (!fellBack || items.every(({ mode }) => mode === "legacy")) continue;
          everything.fallBack(opened.exchange);
          where.exchanges.fallBack(opened.exchange);
          where.others.opened({
            ...opened,
            items: opened.items.map((each) => (each.mode === "cutover" ? { ...each, mode: "legacy" } : each)),
          });
        }
        const noted = all.flatMap(({ items }, i) =>
          items.some(({ mode }) => mode !== "legacy") ? [`x${run}.${i + 1}`] : [],
        );
        await expect.poll(() => noted.every((exchange) => store.has(exchange)), { interval: 5 }).toBe(true);
        await Promise.all(
          asked.map(async (call) => {
            const keys = keysOf({
              exchange: named("x", call.exchange),
              traceId: call.traceId === null ? null : `t${run}.${call.here ? 1 : 2}.${call.traceId}`,
              refersTo: named("m", call.refersTo),
              recipient: shopper(call.recipient),
            });
            const whole = createHolding(everything, { cutoverPossible: () => true, inCutoverNow });
            const ideal = whole.decide({ keys, isMediaUpload: false });
            const actual = await decided(one, keys);
            seen[actual] += 1;
            if (actual !== "refuse" && actual !== ideal)
              throw new Error(`${actual} for ${ideal}: ${JSON.stringify({ keys, all })}`);
          }),
        );
      }),
      { numRuns: 60, endOnFailure: true },
    );
    expect(Math.min(seen.hold, seen.release)).toBeGreaterThan(20);
  }, 60_000);

  it("pass effects on to the instance that opened their exchange, however long, once", async () => {
    await acquainted();
    open(other, {
      exchange: "mine",
      traceId: "trace-mine",
      route: "default",
      items: [item("dual-run", { shopper: "447700900555" })],
    });
    const long = effect({ traceId: "trace-mine", payload: { text: "x".repeat(9_000) } });
    const own = effect({ traceId: "trace-nobody", recipient: "447700900666" });
    one.others.take(long);
    one.others.take(own);
    await expect.poll(() => [other.kept, one.kept], { timeout: 20_000 }).toEqual([[long], [own]]);
    expect(store.text()).not.toContain("447700900555");
    expect([one.lost, other.lost]).toEqual([[], []]);
  });

  it("tell each other where what legacy sends is tied, and where it is not any more", async () => {
    for (let sends = 0; sends < 3; sends += 1) one.ties.sent("default", true);
    await expect.poll(() => other.ties.of("default"), { timeout: 20_000 }).toBe("tied");
    for (let sends = 0; sends < 3; sends += 1) one.ties.sent("default", false);
    await expect.poll(() => other.ties.of("default"), { timeout: 20_000 }).toBe("untied");
    for (let sends = 0; sends < 30; sends += 1) one.ties.sent("default", true);
    await expect.poll(() => other.ties.of("default"), { timeout: 20_000 }).toBe("tied");
  });

  it("refuse what the store cannot tell of", async () => {
    await acquainted();
    open(other, {
      exchange: "late",
      traceId: "trace-late",
      route: "default",
      items: [item("cutover", { shopper: "447700900777" })],
    });
    const keys = keysOf({ traceId: "trace-late", recipient: "447700900777" });
    await expect.poll(() => decided(one, keys)).toBe("release");
    store.up = false;
    try {
      expect(await decided(one, keys)).toBe("refuse");
      expect(await decided(other, keys)).toBe("release");
    } finally {
      store.up = true;
    }
  });

  it("send nothing untied on while one of them holds for somebody of whom no number is known", async () => {
    await acquainted();
    const call = keysOf({ recipient: "44770090000001" });
    expect(await decided(other, call)).toBe("release");
    const held = { exchange: "nameless", traceId: "nameless", route: "default" };
    open(one, { ...held, items: [item("dual-run", { shopper: "customer-7", nameless: true })] });
    await expect.poll(() => decided(other, call), { timeout: 20_000 }).toBe("refuse");
  });
});

describe("an instance on its own", () => {
  it("notes nothing but that it is there, and decides at once", async () => {
    const alone = createStore();
    const only = instance(alone);
    await expect.poll(() => only.others.decide({ keys: keysOf({ recipient: "1" }), isMediaUpload: false })).toBeNull();
    open(only, { exchange: "x", traceId: "t", route: "default", items: [item("dual-run", { shopper: "5" })] });
    expect(await decided(only, keysOf({ recipient: "1" }))).toBe("release");
    await only.others.close();
    expect(alone.keys().filter((key) => !key.startsWith("instance:"))).toEqual([]);
  });

  it("that comes after another sends nothing untied on until all that may have been open then is over", async () => {
    const only = instance(createStore(), "key", 9_000);
    const call = keysOf({ recipient: "1" });
    await expect.poll(() => only.others.alone).toBe(true);
    expect(await decided(only, call)).toBe("refuse");
    open(only, { exchange: "x", traceId: "t", route: "default", items: [item("cutover", { shopper: "5" })] });
    expect(await decided(only, keysOf({ traceId: "t", recipient: "5" }))).toBe("release");
    aheadMs += 500;
    expect(await decided(only, call)).toBe("refuse");
    aheadMs += 500;
    expect(await decided(only, call)).toBe("release");
    await only.others.close();
  });

  it("says to the others that it decides as killed, and that it has ended", async () => {
    const store = createStore();
    const [first, second] = [instance(store), instance(store)];
    const seen = () => first.others.instances().map(({ own, killed }) => [own, killed]);
    await expect.poll(seen, { timeout: 20_000 }).toEqual([
      [true, false],
      [false, false],
    ]);
    second.kill(true);
    await expect.poll(seen, { timeout: 2_000 }).toEqual([
      [true, false],
      [false, true],
    ]);
    await second.others.close();
    await expect.poll(seen, { timeout: 20_000 }).toEqual([[true, false]]);
    await first.others.close();
  });

  it("whom the others cannot see does not take itself for the only one", async () => {
    const deaf = createStore();
    const only = instance({ ...deaf, put: () => Promise.resolve(false) });
    await expect.poll(() => deaf.reads, { timeout: 20_000 }).toBeGreaterThan(1);
    expect([only.others.alone, await decided(only, keysOf({ recipient: "1" }))]).toEqual([false, "refuse"]);
    await only.others.close();
  });

  it("that does not reach the store does not take itself for the only one", async () => {
    const gone = createStore();
    gone.up = false;
    const only = instance(gone);
    expect(await decided(only, keysOf({ recipient: "1" }))).toBe("refuse");
    await only.others.close();
  });
});
