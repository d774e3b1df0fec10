import { reachOf, type AdminDeps, type FlagsInForce } from "../../../admin/index.ts";
import type { AuditLine, NotifierPorts } from "../../../notify/index.ts";
import type { ArchiveLine } from "../control/archive-line.ts";

const pageLines = 200;
/** What is further back was long ago: nobody wants to be told of it now. */
const maxPages = 5;

/** The audit, as those who tell people read it: in its order, from some line on. */
export function auditReader(audit: AdminDeps["audit"]): Pick<NotifierPorts, "auditAfter" | "newestSeq" | "history"> {
  const pages = async (
    isWanted: (line: AuditLine) => boolean,
    of: { readonly subject?: string; readonly from?: string },
  ) => {
    const found: AuditLine[] = [];
    let beforeSeq: number | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const lines = await audit({ ...of, limit: pageLines, beforeSeq });
      found.push(...lines.filter(isWanted));
      const last = lines.at(-1);
      if (last === undefined || lines.length < pageLines || !isWanted(last)) break;
      beforeSeq = last.seq;
    }
    return found.toReversed();
  };
  return {
    auditAfter: (seq) => pages((line) => line.seq > seq, {}),
    newestSeq: async () => (await audit({ limit: 1 }))[0]?.seq ?? 0,
    history: (rollout, from) => pages(() => true, { subject: rollout, from }),
  };
}

/** Events that sides declared, by type, whichever side it was. */
export async function declaredBy(counts: ArchiveLine["counts"]): Promise<Readonly<Record<string, number>>> {
  const sums = new Map<string, number>();
  for (const { labels, value } of await counts("canonical_events_published_count")) {
    const type = labels["event_type"] ?? "other";
    sums.set(type, (sums.get(type) ?? 0) + value);
  }
  return Object.fromEntries(sums);
}

export function reachIn(flags: FlagsInForce, key: string): ReturnType<NotifierPorts["reach"]> {
  const entry = flags.entries.find(({ flag }) => flag.key === key);
  return entry === undefined ? null : reachOf(flags, entry);
}
