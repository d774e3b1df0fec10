import type { AuditEntry } from "../registry/index.ts";
import type { Rollout } from "../rollout/index.ts";
import type { ReportPorts, Sources } from "./sources.ts";

const PAGE = 1_000;
/** Of its own writes, newest first, so many are looked at. */
const MAX_PAGES = 10;
const MAX_CHECKPOINTS = 2_000;
/** Stores keep them for 90. */
const KEPT_MS = 89 * 24 * 3_600_000;

/** Everything on record of a rollout, since it was written. */
export async function collect(rollout: Rollout, ports: ReportPorts): Promise<Sources> {
  const { audit } = ports;
  const own = await ownEntries(rollout, audit);
  const from = own.at(0)?.at;
  const beside = async (filter: {
    readonly subject?: string;
    readonly action?: string;
  }): Promise<readonly AuditEntry[]> =>
    from === undefined ? [] : audit({ ...filter, from, to: endOf(rollout), limit: PAGE });
  const [flags, others, [newest = null], checkpoints] = await Promise.all([
    Promise.all(ports.flags(rollout).map((subject) => beside({ subject }))),
    Promise.all(["kill", "kill-undone", "incident-set"].map((action) => beside({ action }))),
    audit({ limit: 1 }),
    ports.checkpoints(rollout.id, MAX_CHECKPOINTS),
  ]);
  const keptSince = new Date(ports.now() - KEPT_MS).toISOString();
  const oldest = checkpoints.length < MAX_CHECKPOINTS ? keptSince : (checkpoints.at(-1)?.at ?? keptSince);
  const completeSince = oldest > keptSince ? oldest : keptSince;
  const entries = [...own, ...flags.flat(), ...others.flat()].toSorted((one, other) => one.seq - other.seq);
  return { rollout, audit: entries, newest, checkpoints: checkpoints.toReversed(), completeSince };
}

/** What happens to flags later is not of this rollout; undefined: it has not let go of them. */
function endOf({ status }: Rollout): string | undefined {
  if (status.name === "completed") return status.keepUntil;
  return status.name === "aborted" || status.name === "rolled-back" ? status.since : undefined;
}

/** Oldest first. One of that name that was before it is another. */
async function ownEntries({ id }: Rollout, audit: ReportPorts["audit"]): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let beforeSeq: number | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const found = await audit({ subject: id, limit: PAGE, ...(beforeSeq === undefined ? {} : { beforeSeq }) });
    for (const entry of found) {
      if (entry.action !== "rollout-set") continue;
      entries.push(entry);
      if (entry.before === null) return entries.toReversed();
    }
    if (found.length < PAGE) break;
    beforeSeq = found.at(-1)?.seq;
  }
  return entries.toReversed();
}
