import { monotonic } from "../lib/clock.ts";
import { checkAuditOf } from "./audit-check.ts";
import type { AuditStamp } from "./audit-draft.ts";
import { createCommitting } from "./committing.ts";
import { defaults, type RegistryDeps, type RegistryOptions } from "./deps.ts";
import { openDisk } from "./disk.ts";
import { startFollowing } from "./following.ts";
import { shareKill } from "./kill.ts";
import { createKilling } from "./killing.ts";
import { Known } from "./known.ts";
import { createNoting, notedUntil } from "./noting.ts";
import { createPassingOn } from "./passing-on.ts";
import { createProblems } from "./problems.ts";
import type { Registry } from "./registry.ts";
import type { Store } from "./store.ts";
import { createSyncing } from "./sync.ts";
import { createTurns } from "./turns.ts";
import { pause, within } from "./wait.ts";
import { previewOf } from "./write.ts";
import { createWriting } from "./writing.ts";

/** A disk that hangs ends with the process. */
const DISK_CLOSE_MS = 1_000;

/**
 * Resolves once it is known what is in force: from the store, or from the disk where the store takes too long. However long
 * that takes: to say that nothing is known before both have been asked would let the environment overrule a kill.
 */
export async function createRegistry(deps: RegistryDeps, given: RegistryOptions = {}): Promise<Registry> {
  const options = { ...defaults, ...given };
  const latest = monotonic() + options.startMs;
  const parts = createParts(deps, options);
  const { known, problem, disk, passing, turns, sync, syncing, committing, killDeps } = parts;

  const { localKill = null } = deps;
  known.remember({ state: null, kill: localKill, endedKill: null });
  const remembering = disk.read().then(({ remembered, kill }) => {
    if (remembered !== null && remembered.storeName !== deps.storeName) syncing.expectForeign();
    known.remember({ state: remembered?.state ?? null, kill, endedKill: remembered?.endedKill ?? null });
    // The registry before may not have been able to.
    if (kill === null && localKill !== null && known.localKill === localKill) disk.saveKill(localKill);
  });
  await within(remembering, options.startMs / 2);
  const look = async (store: Store, isFirst: boolean): Promise<void> => {
    // Several instances may give back what a store lost: it is said by who did, once it has stood for a while.
    const stood = committing.owes;
    disk.auditOf(store);
    await sync(store);
    if (isFirst) disk.heard(null);
    await shareKill(store, killDeps, isFirst);
    if (stood) await committing.settle(store);
    // What it says is told already. It is asked again so that it is known when it takes writes, not only when one comes.
    if (!known.writable) await store.tryWrite().catch(() => {});
    const noted = await notedUntil(store, problem);
    if (noted !== null) deps.onNoted(noted);
  };
  const following = startFollowing({ known, problem, turns, open: deps.open, look }, options.pollMs);
  const isKnown = following.started.then(() => (known.up ? undefined : remembering));
  if (!(await within(isKnown, latest - monotonic()))) {
    await Promise.race([isKnown, remembering.then(() => (known.remembers ? undefined : isKnown))]);
  }
  passing.begin(known.view());
  await passing.inForce(options.inForceMs);

  const writing = createWriting({ ...killDeps, turns, following, plan: deps, hash: deps.hash, pause });
  const killing = createKilling({ ...killDeps, turns, following, disk }, options.killMs);
  const thenInForce = async <T>(answer: Promise<T>): Promise<T> => {
    const answered = await answer;
    await passing.inForce(options.inForceMs);
    return answered;
  };
  return {
    view: () => known.view(),
    write: (request) => thenInForce(writing.write(request)),
    preview: (request) => previewOf(request, { ...killDeps, plan: deps }),
    kill: (order) => thenInForce(killing.obey(order)),
    audit: async (filter) => following.upStore().audit(filter),
    notes: createNoting({ following, problem }),
    purge: () => turns.run(() => following.upStore().purge()),
    async checkAudit() {
      const store = following.upStore();
      await turns.run(async () => {
        await sync(store);
        await committing.settle(store);
      });
      return checkAuditOf(store);
    },
    async close() {
      await following.stop();
      await within(disk.close(), DISK_CLOSE_MS);
      await following.closeStore();
    },
  };
}

/** What a registry is made of before it has a store. */
function createParts(deps: RegistryDeps, options: Required<RegistryOptions>) {
  const problem = createProblems(deps.onEvent);
  const passing = createPassingOn(deps.onView, problem);
  const disk = openDisk({ ...deps, problem, onHealth: (text) => known.answeredDisk(text) }, options);
  const known: Known = new Known({
    ...deps,
    onView: (view) => passing.pass(view),
    onState(state, entries) {
      disk.save(state, known.endedKill);
      disk.heard(entries);
    },
    onLocalKill: (kill) => disk.saveKill(kill),
  });
  const stamp = ({ actor, reason }: Pick<AuditStamp, "actor" | "reason">): AuditStamp => {
    return { at: new Date(deps.now()).toISOString(), actor, reason, environment: deps.environmentName };
  };
  const committing = createCommitting(known, stamp);
  const { sync, ...syncing } = createSyncing({ ...deps, known, committing });
  const killDeps = { known, committing, stamp, sync };
  return { known, problem, disk, passing, turns: createTurns(), sync, syncing, committing, killDeps };
}
