import type { Tally } from "../../account/index.ts";
import { comparesInPlace, createCompare, type JudgeDeps, keepingOf, type KeyedHash } from "../../compare/index.ts";
import { monotonic } from "../../lib/clock.ts";
import type { MirrorDeps } from "../../mirror/index.ts";
import type { Route, Rule } from "../../model/index.ts";
import type { EffectsOptions } from "./effects.ts";
import { createOffload, type ComputeData } from "./offload.ts";
import { expiredText } from "./rule-notices.ts";
import { createRuleKeeper } from "./rules.ts";
import { createSelfTest, type SelfTest } from "./self-test.ts";

/** A 3 MB pair takes some 100 ms; what takes a hundred times that does not end. */
const compareTimeoutMs = 10_000;

const unhashed = (): string => "";
const keepNothing = (): null => null;

export interface ComparingOptions {
  /** What the thread for large pairs starts with. */
  readonly work: ComputeData;
  /** Of the file. */
  readonly rules: readonly Rule[];
  readonly routes: readonly Route[];
  readonly tally: Tally;
  readonly hash: KeyedHash;
  /** Whether spans are made. */
  readonly traced: boolean;
  readonly alarms: Pick<EffectsOptions, "alarm" | "alarmOver">;
  readonly fault: EffectsOptions["fault"];
}

/** The comparison with its rules, on this thread and on one of its own, and what tries whether it still sees. */
export interface Comparing {
  readonly compare: MirrorDeps["compare"];
  /** What is compared by now. */
  readonly judging: () => JudgeDeps;
  readonly setRules: (rules: readonly Rule[]) => void;
  /** Of the rules by which a route is compared by now. */
  readonly rulesHash: (route: string) => string;
  readonly selfTest: SelfTest;
  /** Lets go of the answers that are remembered. */
  readonly forget: () => void;
  close(): Promise<void>;
}

export function createComparing(options: ComparingOptions): Comparing {
  const { hash, alarms, fault } = options;
  const elsewhere = createOffload(options.work, compareTimeoutMs);
  const selfTest = createSelfTest({
    ...alarms,
    fault,
    routes: options.routes.map(({ name }) => name),
    clock: monotonic,
    now: Date.now,
    random: Math.random,
  });
  const rules = createRuleKeeper({
    ofFile: options.rules,
    now: Date.now,
    changed(all) {
      elsewhere.setRules(all);
      selfTest.setRules(all);
    },
    expired: (rule) => alarms.alarm("rule-expired", expiredText(rule)),
  });
  const keeping = keepingOf(options.routes);
  const judging = (): JudgeDeps => ({ hash, rules: rules.inForce(), at: Date.now(), keeping });
  let here = createCompare();
  return {
    compare(pair, sampled) {
      if (!comparesInPlace(pair)) return elsewhere.compare(pair, Date.now());
      const by = judging();
      // Hashes and values are in records only: where none can be kept they are not worth their time.
      const hasRoom = options.tally.hasRoom(options.traced && sampled ? "sampled" : "notable");
      const verdict = here(pair, hasRoom ? by : { ...by, hash: unhashed, keeping: keepNothing });
      if (verdict.kind === "match") selfTest.answersMatched(pair);
      return verdict;
    },
    judging,
    setRules: rules.set,
    rulesHash: rules.hashFor,
    selfTest,
    forget() {
      here = createCompare();
      selfTest.forget();
    },
    async close() {
      rules.close();
      await elsewhere.close();
    },
  };
}
