import type { Clock } from "../lib/clock.ts";
import { Alone } from "./alone.ts";
import { Chain } from "./chain.ts";
import { type Entry, Known, type OpenExchange, type Standing } from "./exchange.ts";
import { KeyIndex, MAX_AMBIGUOUS } from "./key-index.ts";

export interface ExchangesOptions {
  /** So long an exchange that is over is remembered: no shorter than the settle bound of any route. */
  readonly settleMs: number;
  /** Items remembered, of all exchanges but those of legacy alone. */
  readonly max: number;
  /** Deliveries remembered that legacy got alone, of one item each; 0: none. */
  readonly maxAlone: number;
  /** The one spelling of an id of a person. */
  readonly canonicalId: (id: string) => string;
}

/** A trace id that several exchanges have, or had at a time. */
type Shared = Set<Known>;

/** The exchanges that are open or were settled lately, by their keys. */
export class Memory {
  readonly clock: Clock;
  readonly byId: KeyIndex;
  readonly byShopper: KeyIndex;
  readonly alone: Alone;
  readonly canonicalId: (id: string) => string;
  readonly #options: ExchangesOptions;
  readonly #byExchange = new Map<string, Known>();
  readonly #byTrace = new Map<string, Known | Shared>();
  readonly #open = new Chain<Known>();
  /** In the order in which they were settled. */
  readonly #settled = new Chain<Known>();
  #order = 0;
  #items = 0;
  #cutover = 0;
  #nameless = 0;
  #blindUntilMs = -Infinity;

  constructor(options: ExchangesOptions, clock: Clock) {
    const { settleMs, maxAlone, canonicalId } = options;
    this.#options = options;
    this.clock = clock;
    this.canonicalId = canonicalId;
    this.byId = new KeyIndex(settleMs);
    this.byShopper = new KeyIndex(settleMs);
    this.alone = new Alone({ settleMs, max: maxAlone });
  }

  get items(): number {
    return this.#items;
  }

  /** Items in cutover among those remembered. */
  get cutover(): number {
    return this.#cutover;
  }

  /** Held items among those remembered of which nobody knows to which number calls for them go. */
  get nameless(): number {
    return this.#nameless;
  }

  /** A held exchange had to be forgotten before its time: what is tied to nothing may be its. */
  get blind(): boolean {
    return this.clock() < this.#blindUntilMs;
  }

  get(exchange: string): Known | undefined {
    // Where nothing is remembered, as in legacy mode, nobody reckons the hash of an id.
    return this.#byExchange.size === 0 ? undefined : this.#byExchange.get(exchange);
  }

  /** Those of a trace; `shared`: of several deliveries, so that it says little. */
  traced(traceId: string): { readonly shared: boolean; readonly all: readonly Known[] } {
    const there = this.#byTrace.get(traceId);
    if (there === undefined) return { shared: false, all: [] };
    if (!(there instanceof Set)) return { shared: false, all: [there] };
    return { shared: true, all: there.size > MAX_AMBIGUOUS ? [] : [...there] };
  }

  /** Gives back the open ones that had to make room. */
  open(opened: OpenExchange): readonly Known[] {
    this.purge();
    if (opened.items.every(({ mode }) => mode === "legacy")) {
      if (this.#options.maxAlone > 0) this.#tellAlone(opened);
      return none;
    }
    if (this.#byExchange.has(opened.exchange)) return none;
    const gone = this.#items + opened.items.length > this.#options.max ? this.#makeRoom(opened.items.length) : none;
    this.#order += 1;
    const known = new Known(opened, { order: this.#order, openedMs: this.clock() }, this.canonicalId);
    this.#items += known.items.length;
    this.#byExchange.set(known.exchange, known);
    this.#open.append(known);
    this.#enterTrace(known);
    for (const entry of known.items) {
      if (entry.id !== null) this.byId.enter(entry.id, entry);
      if (entry.shopper !== null) this.byShopper.enter(entry.shopper, entry);
      if (isCutover(entry.standing)) this.#cutover += 1;
      if (isNameless(entry)) this.#nameless += 1;
    }
    return gone;
  }

  settle(known: Known): void {
    if (known.settledMs !== null) return;
    const nowMs = this.clock();
    known.settledMs = nowMs;
    this.#open.remove(known);
    this.#settled.append(known);
    const untilMs = nowMs + this.#options.settleMs;
    for (const entry of known.items) {
      if (entry.id !== null) this.byId.settle(entry.id, entry, untilMs);
      if (entry.shopper !== null) this.byShopper.settle(entry.shopper, entry, untilMs);
    }
    this.purge();
  }

  /** Legacy answers in the candidate's place. */
  fallBack(known: Known): void {
    if (known.settledMs !== null) return;
    for (const entry of known.items) {
      if (!isCutover(entry.standing)) continue;
      this.#restand(entry, "legacy");
      this.#cutover -= 1;
    }
  }

  /** Legacy gets these items of a cutover after all. */
  reverse(known: Known, items: readonly number[]): boolean {
    if (known.settledMs !== null) return false;
    for (const item of items) {
      const entry = known.items[item];
      if (entry?.standing === "cutover") this.#restand(entry, "reverse");
    }
    return true;
  }

  /** Its effects are not compared after all. What may be done with its calls stays as it is. */
  abandon(known: Known): void {
    for (const entry of known.items) entry.compared = false;
    this.settle(known);
  }

  /** Forgets what has been over for long enough. */
  purge(): void {
    let first = this.#settled.first;
    if (first === null) return;
    const beforeMs = this.clock() - this.#options.settleMs;
    while (first !== null && (first.settledMs ?? Infinity) <= beforeMs) {
      this.#forget(first);
      first = this.#settled.first;
    }
  }

  /** Of a recipient, with the deliveries that legacy got alone. */
  standingsOf(recipient: string): readonly Standing[] {
    const nowMs = this.clock();
    const found = this.byShopper.standings(recipient, nowMs);
    return this.alone.has(recipient, nowMs) ? [...found, "legacy"] : found;
  }

  /** Of a recipient's open exchanges that came later than one, with the deliveries that legacy got alone since. */
  standingsSince(recipient: string, { order, openedMs }: Known): readonly Standing[] {
    const later = this.byShopper.open(recipient).filter(({ known }) => known.order > order);
    const found = later.map(({ standing }) => standing);
    return this.alone.hasSince(recipient, openedMs, this.clock()) ? [...found, "legacy"] : found;
  }

  #restand(entry: Entry, standing: Standing): void {
    if (entry.id !== null) this.byId.restand(entry.id, entry, standing);
    if (entry.shopper !== null) this.byShopper.restand(entry.shopper, entry, standing);
    entry.standing = standing;
  }

  #tellAlone({ exchange, traceId, items }: OpenExchange): void {
    const nowMs = this.clock();
    this.alone.tell(exchange, nowMs);
    this.alone.tell(traceId, nowMs);
    for (const { id, shopper } of items) {
      if (id !== null) this.alone.tell(id, nowMs);
      if (shopper !== null) this.alone.tell(this.canonicalId(shopper), nowMs);
    }
  }

  /** What is over is forgotten before what is open. */
  #makeRoom(items: number): readonly Known[] {
    const gone: Known[] = [];
    while (this.#items > 0 && this.#items + items > this.#options.max) {
      const oldest = this.#settled.first ?? this.#open.first;
      if (oldest === null) break;
      if (oldest.settledMs === null) gone.push(oldest);
      if (oldest.items.some(({ standing }) => standing === "held")) {
        this.#blindUntilMs = this.clock() + this.#options.settleMs;
      }
      this.#forget(oldest);
    }
    return gone;
  }

  #forget(known: Known): void {
    (known.settledMs === null ? this.#open : this.#settled).remove(known);
    this.#items -= known.items.length;
    this.#byExchange.delete(known.exchange);
    this.#leaveTrace(known);
    for (const entry of known.items) {
      if (entry.id !== null) this.byId.forget(entry.id, entry);
      if (entry.shopper !== null) this.byShopper.forget(entry.shopper, entry);
      if (isCutover(entry.standing)) this.#cutover -= 1;
      if (isNameless(entry)) this.#nameless -= 1;
    }
  }

  #enterTrace(known: Known): void {
    const there = this.#byTrace.get(known.traceId);
    if (there === undefined) this.#byTrace.set(known.traceId, known);
    else if (there instanceof Set) there.add(known);
    else this.#byTrace.set(known.traceId, new Set([there, known]));
  }

  /** A trace that was shared stays so as long as anybody has it. */
  #leaveTrace(known: Known): void {
    const there = this.#byTrace.get(known.traceId);
    if (there instanceof Set) there.delete(known);
    if (there === known || (there instanceof Set && there.size === 0)) this.#byTrace.delete(known.traceId);
  }
}

const none: readonly Known[] = [];

function isCutover(standing: Standing): boolean {
  return standing === "cutover" || standing === "reverse";
}

/** Never otherwise: what is held stays so. */
function isNameless({ standing, nameless }: Entry): boolean {
  return standing === "held" && nameless;
}
