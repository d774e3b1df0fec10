import type { Divergence } from "../model/index.ts";
import type { GroupDelta } from "./batch.ts";
import { grow, maxExamples, overflowOf, overflowSignature, type GrowingGroup } from "./group.ts";

/** What a divergence was found in. */
export interface Subject {
  readonly route: string;
  readonly itemKind: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Divergences since the last batch by signature, so many signatures at most: none goes uncounted. */
export class GroupTally {
  readonly #limit: number;
  #groups = new Map<string, GrowingGroup>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(exchange: string, subject: Subject, divergence: Divergence): void {
    const { at } = subject;
    const group = this.#find(subject, divergence);
    grow(group, { severity: divergence.severity, count: 1, firstSeen: at, lastSeen: at });
    if (group.examples.length < maxExamples && group.examples.at(-1) !== exchange) {
      group.examples = [...group.examples, exchange];
    }
  }

  drain(): readonly GroupDelta[] {
    const drained = [...this.#groups.values()];
    this.#groups = new Map();
    return drained;
  }

  #find(subject: Subject, divergence: Divergence): GrowingGroup {
    const known = this.#groups.get(divergence.signature);
    if (known !== undefined) return known;
    const group = emptyGroup(subject, divergence);
    if (this.#groups.size < this.#limit) return this.#put(group);
    return this.#groups.get(overflowSignature(subject.route)) ?? this.#put(overflowOf(group));
  }

  #put(group: GroupDelta): GrowingGroup {
    this.#groups.set(group.signature, group);
    return group;
  }
}

function emptyGroup({ route, itemKind, at }: Subject, divergence: Divergence): GroupDelta {
  const { signature, where, path, kind, severity } = divergence;
  const about = { signature, route, itemKind, where, path: generalPath(path), kind, severity };
  return { ...about, count: 0, firstSeen: at, lastSeen: at, examples: [] };
}

const index = /\/\d+(?=\/|$)/g;
const hiddenName = /\{[0-9a-f]+\}/g;

/** A divergence's pointer without what varies from item to item. */
function generalPath(pointer: string): string {
  return pointer.replaceAll(index, "/*").replaceAll(hiddenName, "{*}");
}
