import type { Divergence, DivergenceKind, NoiseCause, Redacted, Severity, Verdict } from "../model/index.ts";
import { Around, changeBetween, type Change } from "./classes.ts";
import { factsOf } from "./facts.ts";
import type { Keeping, Redactor } from "./kept-values.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import type { Place } from "./path.ts";
import type { Value } from "./redact.ts";
import { describe, redact } from "./redact.ts";
import type { RulesInForce, RulesOf } from "./rules/book.ts";
import type { MaskBudget } from "./rules/mask.ts";
import { signatureOf } from "./signature.ts";
import type { Subject } from "./subject.ts";

/** A verdict holds at most so many divergences that count, and is exact up to it; what lies beyond is not looked for. */
export const MAX_DIVERGENCES = 1000;

/** Records keep the first 100 divergences of an item; hashing the rest, seen by nobody, would double the cost. */
const MAX_HASHED = 100;

/** What differences are judged by. */
export interface JudgeDeps {
  /** Stands in for every value; see `createKeyedHash`. */
  readonly hash: KeyedHash;
  readonly rules: RulesInForce;
  /** When the exchange was: milliseconds since the epoch. */
  readonly at: number;
  /** How values of a route's divergences are kept. Left out: none are. */
  readonly keeping?: Keeping;
  /** Left out: masks take the time they need. */
  readonly maskBudget?: MaskBudget;
}

/** A difference of two sides with its values as they are. */
export interface Finding {
  readonly place: Place;
  readonly kind: DivergenceKind;
  /** By the default table. What is critical is never noise by the class of its values. */
  readonly severity: Exclude<Severity, "noise">;
  readonly legacy: Value;
  readonly candidate: Value;
  /** Numbers are shown as they are: status codes, how often something was done. */
  readonly shown?: true;
  /** They stand for different things, whatever their class. */
  readonly certain?: true;
  /** No class of values makes it noise; a rule may. */
  readonly meant?: true;
}

/** Judges differences of one item and writes them down, redacted and signed. Costs next to nothing where there are none. */
export class Writer {
  readonly #subject: Subject;
  readonly #where: Divergence["where"];
  readonly #deps: JudgeDeps;
  readonly #counting: Divergence[] = [];
  readonly #noise: Divergence[] = [];
  /** Begun where there is something to keep. */
  #redactor: Redactor | null | undefined;
  #judging: { readonly rules: RulesOf | null; readonly now: Around } | null = null;

  constructor(subject: Subject, where: Divergence["where"], deps: JudgeDeps) {
    this.#subject = subject;
    this.#where = where;
    this.#deps = deps;
  }

  /** Whether there is room for one more that counts. */
  get open(): boolean {
    return this.#counting.length < MAX_DIVERGENCES;
  }

  /** Whether what is written depends on when the exchange was. */
  get timed(): boolean {
    return this.#judging?.now.asked ?? false;
  }

  /** Those that count first, each kind in the order found. */
  get written(): readonly Divergence[] {
    return this.#noise.length === 0 ? this.#counting : [...this.#counting, ...this.#noise];
  }

  /** How grave it is, and why it may say nothing. */
  judge(finding: Finding): Pick<Divergence, "severity" | "noise" | "change"> {
    this.#judging ??= { rules: this.#deps.rules.of(this.#subject, this.#where), now: new Around(this.#deps.at) };
    const { rules, now } = this.#judging;
    const here = rules?.at(finding.place.general) ?? null;
    const change = changeBetween(finding.legacy, finding.candidate, now);
    const said = here?.severity ?? null;
    const explaining = (): string | null => here?.explaining(finding, this.#deps.maskBudget) ?? null;
    const cause = causeOf(finding, said === null ? change : null, explaining);
    const severity = cause === null ? (said ?? finding.severity) : "noise";
    return { severity, noise: cause, change: change.word };
  }

  write(finding: Finding): void {
    const judged = this.judge(finding);
    const list = judged.noise === null ? this.#counting : this.#noise;
    if (list.length >= MAX_DIVERGENCES) return;
    list.push(this.#divergence(finding, judged, list.length < MAX_HASHED));
  }

  /** `whole`: with hashes and facts. */
  #divergence(finding: Finding, judged: Pick<Divergence, "severity" | "noise" | "change">, whole: boolean): Divergence {
    const { place, kind, legacy, candidate, shown } = finding;
    const { general, pointer: path } = place;
    const where = this.#where;
    const show = (value: Value): Redacted | number => {
      if (shown === true && typeof value === "number") return value;
      return whole ? redact(value, this.#deps.hash) : describe(value);
    };
    const facts = whole && shown === undefined ? factsOf(legacy, candidate) : null;
    const { severity, noise, change } = judged;
    const { route, itemKind } = this.#subject;
    const signature = signatureOf({ route, itemKind, where, general, kind, change });
    const values = { legacy: show(legacy), candidate: show(candidate) };
    const found = { where, path, kind, severity, signature, ...values, change, noise, downstream: false };
    if (this.#redactor === undefined) this.#redactor = this.#deps.keeping?.(route, this.#deps.maskBudget) ?? null;
    const kept = whole && shown === undefined ? this.#redactor?.(general, legacy, candidate) : null;
    return { ...found, ...(facts === null ? {} : { facts }), ...(kept ? { values: kept } : {}) };
  }
}

/** `change`: null where people have said how grave it is, so that its class does not say it is nothing. */
function causeOf(finding: Finding, change: Change | null, explaining: () => string | null): NoiseCause | null {
  const mayBeNoise =
    change !== null && finding.severity !== "critical" && finding.certain === undefined && finding.meant === undefined;
  if (mayBeNoise && change.volatile !== null) return { by: "class", class: change.volatile };
  const rule = explaining();
  return rule === null ? null : { by: "rule", rule };
}

const MATCH: Verdict = { kind: "match" };

/** What divergences come to. */
export function verdictOf(divergences: readonly Divergence[]): Verdict {
  if (divergences.length === 0) return MATCH;
  const counts = divergences.some(({ severity }) => severity !== "noise");
  return { kind: counts ? "divergent" : "noise", divergences };
}
