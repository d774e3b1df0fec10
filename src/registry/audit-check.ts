import type { AuditEntry } from "./audit.ts";
import { brokenAt } from "./chain.ts";
import type { AuditCheck } from "./registry.ts";
import type { Store } from "./store.ts";

const PAGE = 1_000;

/** Reads the audit from its end to its beginning, page by page. */
export async function checkAuditOf(store: Pick<Store, "audit" | "position">): Promise<AuditCheck> {
  const { seq } = await store.position();
  let broken: number | null = null;
  let count = 0;
  let next: AuditEntry | undefined;
  for (;;) {
    const page: readonly AuditEntry[] = await store.audit({
      limit: PAGE,
      ...(next === undefined ? {} : { beforeSeq: next.seq }),
    });
    const isLast = page.length < PAGE;
    const newest = page[0]?.seq ?? 0;
    // The store may go on meanwhile, but not back.
    if (next === undefined && newest > 0 && newest < seq) broken = newest + 1;
    const chain = next === undefined ? page.toReversed() : [...page.toReversed(), next];
    broken = brokenAt(chain, isLast) ?? broken;
    count += page.length;
    next = page.at(-1) ?? next;
    if (isLast) return { entries: count, brokenAt: broken };
  }
}
