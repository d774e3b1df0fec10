import { headerValue } from "../../../http/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Outcome, SideVersions } from "../../../model/index.ts";

/** What a side calls itself. */
export interface Versions {
  /** In this outcome; as it did last where it gave no answer, or says nothing in it. */
  readonly of: (side: "legacy" | "candidate", outcome: Outcome | null) => string;
}

/** Of a side, told apart at a time; what is beyond, or no word, is `other`. */
const maxVersions = 16;
const other = "other";
/** One that was not seen for so long leaves its place to another. */
const idleMs = 3_600_000;

const word = /^[a-z\d][\w.+-]{0,63}$/i;

export function createVersions(versions: SideVersions | null, clock: Clock): Versions {
  if (versions === null) return { of: () => "" };
  if (!("header" in versions)) return { of: (side) => versions[side] };
  const sides = { legacy: new SideVersion(clock), candidate: new SideVersion(clock) };
  const { header } = versions;
  return {
    of(side, outcome) {
      const value = outcome?.kind === "answered" ? headerValue(outcome.answer.rawHeaders, header) : null;
      return sides[side].seen(value);
    },
  };
}

class SideVersion {
  readonly #clock: Clock;
  /** By when they were seen last. */
  readonly #known = new Map<string, number>();
  #last = "";

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  seen(value: string | null): string {
    if (value === null) return this.#last;
    const version = value.trim();
    const now = this.#clock();
    this.#last = word.test(version) && this.#hasRoom(version, now) ? version : other;
    if (this.#last !== other) this.#known.set(version, now);
    return this.#last;
  }

  #hasRoom(version: string, now: number): boolean {
    if (this.#known.has(version) || this.#known.size < maxVersions) return true;
    for (const [known, at] of this.#known) if (now - at > idleMs) this.#known.delete(known);
    return this.#known.size < maxVersions;
  }
}
