import { murmur3 } from "../lib/murmur3.ts";

/** Keys of a delivery with one item: exchange, trace, message, shopper. */
const KEYS = 4;
/** Slots of a key's bucket: where all are taken by keys that count, the oldest gives way. */
const WAYS = 4;

export interface AloneOptions {
  /** So long a key counts. At most 2^31 ms. */
  readonly settleMs: number;
  /** Deliveries, of one item each. */
  readonly max: number;
}

/**
 * Keys of deliveries that legacy got alone. They are all of the traffic where nobody is compared, and of each it need only
 * be known that there was one: 32 bits of hash and the time, in fixed memory (8 MiB for 100,000 deliveries), nothing
 * allocated. With a million keys in it one lookup in 4,000 is a mistake, which miscounts an effect.
 */
export class Alone {
  readonly #settleMs: number;
  readonly #mask: number;
  readonly #hashes: Uint32Array;
  /** Milliseconds modulo 2^32, when the key was last told; 0 where nothing is. */
  readonly #times: Uint32Array;

  constructor({ settleMs, max }: AloneOptions) {
    this.#settleMs = settleMs;
    // Twice the keys, so that few buckets overflow.
    const slots = 2 ** Math.ceil(Math.log2(Math.max(WAYS, max * KEYS * 2)));
    this.#mask = slots - WAYS;
    this.#hashes = new Uint32Array(slots);
    this.#times = new Uint32Array(slots);
  }

  tell(key: string, nowMs: number): void {
    const now = ticks(nowMs);
    const hash = murmur3(key, 0);
    const bucket = hash & this.#mask;
    let place = bucket;
    let oldest = -1;
    for (let at = bucket; at < bucket + WAYS; at += 1) {
      if (this.#hashes[at] === hash) {
        place = at;
        break;
      }
      const age = this.#age(at, now);
      if (age > oldest) {
        oldest = age;
        place = at;
      }
    }
    this.#hashes[place] = hash;
    this.#times[place] = now;
  }

  has(key: string, nowMs: number): boolean {
    return this.#ageOf(key, nowMs) < this.#settleMs;
  }

  /** Whether it was told later than that. */
  hasSince(key: string, sinceMs: number, nowMs: number): boolean {
    return this.#ageOf(key, nowMs) < Math.min(this.#settleMs, (ticks(nowMs) - ticks(sinceMs)) >>> 0);
  }

  #ageOf(key: string, nowMs: number): number {
    const hash = murmur3(key, 0);
    const bucket = hash & this.#mask;
    for (let at = bucket; at < bucket + WAYS; at += 1) {
      if (this.#hashes[at] === hash) return this.#age(at, ticks(nowMs));
    }
    return Infinity;
  }

  #age(at: number, now: number): number {
    const time = this.#times[at] ?? 0;
    return time === 0 ? Infinity : (now - time) >>> 0;
  }
}

function ticks(nowMs: number): number {
  return Math.floor(nowMs) >>> 0 || 1;
}
