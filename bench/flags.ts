/**
 * What deciding costs: nanoseconds per decision, median and worst of the rounds, with lists of a million shoppers.
 * Run it with `node bench/flags.ts`.
 */
import {
  ShopperTable,
  compileFlag,
  createSnapshot,
  decide,
  decideMode,
  unsetFlag,
  withLists,
  type CompiledFlag,
  type Flag,
} from "../src/flags/index.ts";
import { murmur3 } from "../src/lib/murmur3.ts";
import type { RouteFlags } from "../src/model/index.ts";

const LISTED = 1_000_000;
const ASKED = 100_000;
const ROUNDS = 15;

const ROUTE: RouteFlags = {
  enabled: "WHATSAPP_CANONICAL_EVENTS_ENABLED",
  shadow: "WHATSAPP_CANONICAL_SHADOW_MODE",
  dualRun: "WHATSAPP_DUAL_RUN",
  reverseShadow: "WHATSAPP_REVERSE_SHADOW",
};

/** As long as the ids of WhatsApp shoppers. */
function shopperId(index: number): string {
  return `55119${String(index).padStart(8, "0")}`;
}

/** Fresh strings, as a parser makes them, spread over the list: neither identity nor caches help a lookup. */
function askedIds(first: number): readonly string[] {
  const stride = 7919;
  return Array.from({ length: ASKED }, (_, index) =>
    Buffer.from(shopperId(first + ((index * stride) % LISTED))).toString("latin1"),
  );
}

function flagOf(key: string, changes: Partial<Flag>): CompiledFlag {
  const definition = { key, description: "", env: null, default: false, salt: null, bucketing: "murmur3" } as const;
  const flag = { ...unsetFlag(definition, "bench"), ...changes };
  return compileFlag(
    withLists(flag, (members) => ShopperTable.of(members)),
    "code",
  );
}

/** `decided` returns something of its answer, so that no work can be left out. */
function measure(name: string, first: number, decided: (shopper: string) => boolean | number): void {
  const perDecision: number[] = [];
  let kept = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const shoppers = askedIds(first);
    const start = process.hrtime.bigint();
    for (const shopper of shoppers) kept += Number(decided(shopper));
    perDecision.push(Number(process.hrtime.bigint() - start) / ASKED);
  }
  perDecision.sort((a, b) => a - b);
  const [median = 0, worst = 0] = [perDecision[ROUNDS >> 1], perDecision.at(-1)];
  console.log(`${name.padEnd(58)} ${median.toFixed(0).padStart(6)} ns ${worst.toFixed(0).padStart(6)} ns   (${kept})`);
}

/** What it costs that one more is listed, and that one goes: the copy of the whole list. */
function measureChange(): void {
  const rounds: number[] = [];
  let table = ShopperTable.of(million);
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    table = table.with({ added: [shopperId(LISTED + round)], removed: [shopperId(round)] });
    rounds.push(performance.now() - start);
  }
  rounds.sort((a, b) => a - b);
  const [median = 0, worst = 0] = [rounds[ROUNDS >> 1], rounds.at(-1)];
  console.log(
    `one shopper listed and one taken out of ${table.size}: ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`,
  );
}

const million = Array.from({ length: LISTED }, (_, index) => shopperId(index));
const started = performance.now();
const listed = flagOf("LISTED", { allowlist: million, denylist: ["nobody"], forceOn: ["nobody"] });
console.log(`a list of ${LISTED} shoppers built: ${(performance.now() - started).toFixed(0)} ms`);
measureChange();

const percent = flagOf(ROUTE.enabled, { percent: 50 });
const md5 = flagOf("MD5", { percent: 50, bucketing: "md5" });
const plain = flagOf("PLAIN", { enabled: true });

const half = { enabled: true, percent: 50 };
const snapshot = createSnapshot({
  version: 1,
  killed: false,
  source: "code",
  forceOff: [],
  routes: [ROUTE],
  flags: [
    flagOf(ROUTE.enabled, { percent: 100, denylist: million }),
    flagOf(ROUTE.shadow, half),
    flagOf(ROUTE.dualRun, half),
  ],
});

console.log(`\n${"per decision".padEnd(58)}    median     worst`);
measure("murmur3 of the shopper alone", 0, (shopper) => murmur3(shopper, 0));
measure("decide: enabled, no lists", 0, (shopper) => decide(plain, shopper, plain.salt).value);
measure("decide: 50 %, murmur3", 0, (shopper) => decide(percent, shopper, percent.salt).value);
measure("decide: 50 %, md5", 0, (shopper) => decide(md5, shopper, md5.salt).value);
measure("decide: allowlist of a million, in it", 0, (shopper) => decide(listed, shopper, listed.salt).value);
measure("decide: allowlist of a million, not in it", LISTED, (shopper) => decide(listed, shopper, listed.salt).value);
measure("mode of a route: four flags, one denylist of a million", LISTED, (shopper) =>
  Number(decideMode(snapshot, ROUTE, shopper).mode === "cutover"),
);
measure("mode of a route: denied by the list of a million", 0, (shopper) =>
  Number(decideMode(snapshot, ROUTE, shopper).mode === "cutover"),
);
