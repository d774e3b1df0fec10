/**
 * What deciding costs: nanoseconds per decision, median and worst of the rounds, with lists of a million shoppers.
 * Run it with `node bench/flags.ts`.
 */
import { compileFlag, createSnapshot, decide, decideMode, unsetFlag, type Flag } from "../src/flags/index.ts";
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

function flagOf(key: string, changes: Partial<Flag>): Flag {
  const definition = { key, description: "", env: null, default: false, salt: null, bucketing: "murmur3" } as const;
  return { ...unsetFlag(definition, "bench"), ...changes };
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

const million = Array.from({ length: LISTED }, (_, index) => shopperId(index));
const started = performance.now();
const listed = compileFlag(flagOf("LISTED", { allowlist: million, denylist: ["nobody"], forceOn: ["nobody"] }), "code");
console.log(`compiling a list of ${LISTED} shoppers: ${(performance.now() - started).toFixed(0)} ms`);

const percent = compileFlag(flagOf(ROUTE.enabled, { percent: 50 }), "code");
const md5 = compileFlag(flagOf("MD5", { percent: 50, bucketing: "md5" }), "code");
const plain = compileFlag(flagOf("PLAIN", { enabled: true }), "code");

const half = { enabled: true, percent: 50 };
const snapshot = createSnapshot({
  version: 1,
  killed: false,
  source: "code",
  forceOff: [],
  routes: [ROUTE],
  flags: [
    compileFlag(flagOf(ROUTE.enabled, { percent: 100, denylist: million }), "code"),
    compileFlag(flagOf(ROUTE.shadow, half), "code"),
    compileFlag(flagOf(ROUTE.dualRun, half), "code"),
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
