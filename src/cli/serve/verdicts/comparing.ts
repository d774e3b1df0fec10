import type { Tally } from "../../../account/index.ts";
import {
  compareEffects,
  comparesEffectsInPlace,
  comparesInPlace,
  createCompare,
  IN_PLACE_MASK_STEPS,
  isComplete,
  type JudgeDeps,
  keepingOf,
  type KeyedHash,
} from "../../../compare/index.ts";
import { monotonic } from "../../../lib/clock.ts";
import type { MirrorDeps } from "../../../mirror/index.ts";
import type { Route, Rule } from "../../../model/index.ts";
import { isHeldId } from "../../../whatsapp/index.ts";
import type { ClosingDeps } from "./closing.ts";
import type { EffectsOptions } from "../effects/effects.ts";
import { createOffload, type ComputeData } from "../data/offload.ts";
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
  readonly routes: readonly Pick<Route, "name" | "compare">[];
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
  readonly compareEffects: ClosingDeps["compareEffects"];
  readonly isComplete: ClosingDeps["isComplete"];
  readonly setRules: (rules: readonly Rule[]) => void;
  /** Of the rules by which a route is compared by now. */
  readonly rulesHash: (route: string) => string;
  readonly selfTest: SelfTest;
  /** What is compared elsewhere is hashed by this key from now on; here `hash` is asked each time. */
  readonly setHashKey: (key: string) => void;
  /** Lets go of the answers that are remembered. */
  readonly forget: () => void;
  close(): Promise<void>;
}

export function createComparing(options: ComparingOptions): Comparing {
  const { hash, alarms, fault } = options;
  const elsewhere = createOffload(options.work, { jobTimeoutMs: compareTimeoutMs });
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
    expired: (rule) => alarms.alarm("rule-expired", expiredText(rule).text),
  });
  const keeping = keepingOf(options.routes);
  const judging = (): JudgeDeps => ({ hash, rules: rules.inForce(), at: Date.now(), keeping });
  let here = createCompare();
  return {
    compare(pair, sampled) {
      if (!comparesInPlace(pair)) return elsewhere.compare(pair, Date.now());
      const maskBudget = { left: IN_PLACE_MASK_STEPS };
      const by = { ...judging(), maskBudget };
      // Hashes and values are in records only: where none can be kept they are not worth their time.
      const hasRoom = options.tally.hasRoom(options.traced && sampled ? "sampled" : "notable");
      const verdict = here(pair, hasRoom ? by : { ...by, hash: unhashed, keeping: keepNothing });
      // Not all was masked: what was found is worth nothing.
      if (maskBudget.left < 0) return elsewhere.compare(pair, Date.now());
      if (verdict.kind === "match" || verdict.kind === "noise") selfTest.answersMatched(pair, verdict.kind);
      return verdict;
    },
    compareEffects({ route, itemKind, legacy, candidate }) {
      const lists = { route, itemKind, legacy, candidate };
      if (legacy.length === 0 && candidate.length === 0) return [];
      if (!comparesEffectsInPlace(lists)) return elsewhere.compareEffects(lists, Date.now());
      const maskBudget = { left: IN_PLACE_MASK_STEPS };
      const found = compareEffects(lists, { ...judging(), maskBudget, isHeld: isHeldId });
      return maskBudget.left < 0 ? elsewhere.compareEffects(lists, Date.now()) : found;
    },
    isComplete(lists) {
      if (!comparesEffectsInPlace(lists)) return false;
      const maskBudget = { left: IN_PLACE_MASK_STEPS };
      return isComplete(lists, { ...judging(), maskBudget, isHeld: isHeldId }) && maskBudget.left >= 0;
    },
    setRules: rules.set,
    rulesHash: rules.hashFor,
    selfTest,
    setHashKey(key) {
      elsewhere.setHashKey(key);
      // With their verdicts hashes are remembered.
      here = createCompare();
    },
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
