import { bucketOf } from "./bucket.ts";
import type { CompiledFlag } from "./compile.ts";
import { FAILED_ON, FORCED_OFF, KILLED, UNSET, byBucket, settle, settleFailOn, type Decision } from "./decide.ts";
import type { Snapshot } from "./snapshot.ts";

/** What one snapshot says for one shopper. The bucket that flags share is computed once, when the first one asks. */
export class Asking {
  readonly #snapshot: Snapshot;
  readonly #leader: string;
  readonly #shopper: string | null;
  #shared = -1;

  /** `leader`: key of the flag whose bucket is shared. */
  constructor(snapshot: Snapshot, leader: string, shopper: string | null) {
    this.#snapshot = snapshot;
    this.#leader = leader;
    this.#shopper = shopper;
  }

  decide(key: string, failOn: boolean): Decision {
    const { killed, forceOff, flags } = this.#snapshot;
    if (killed) return KILLED;
    if (!failOn && forceOff.has(key)) return FORCED_OFF;
    const flag = flags.get(key);
    if (flag === undefined) return failOn ? FAILED_ON : UNSET;
    const settled = failOn ? settleFailOn(flag, this.#shopper) : settle(flag, this.#shopper);
    return settled ?? byBucket(flag, this.#bucket(flag));
  }

  #bucket(flag: CompiledFlag): number {
    // Only a known shopper leaves its bucket to be asked.
    const shopper = this.#shopper ?? "";
    if (!flag.sharesBucket && flag.key !== this.#leader) return bucketOf(flag.bucketing, flag.salt, shopper);
    if (this.#shared < 0) {
      const { bucketing, salt } = this.#snapshot.flags.get(this.#leader) ?? {
        bucketing: "murmur3",
        salt: this.#leader,
      };
      this.#shared = bucketOf(bucketing, salt, shopper);
    }
    return this.#shared;
  }
}

/** The answer of one flag, in the role it has in a route: as `decideMode` would have it. */
export function decideKey(snapshot: Snapshot, key: string, shopper: string | null): Decision {
  const role = snapshot.roles.get(key);
  return new Asking(snapshot, role?.leader ?? key, shopper).decide(key, role?.failOn ?? false);
}
