import type { AccountReads } from "../../../account/index.ts";
import { isExported, type FirstOf } from "../../../telemetry/index.ts";

/** Where groups of divergences were first found, by this instance or any other, before or after a restart. */
export function firstOfArchive({ group, exchange }: Pick<AccountReads, "group" | "exchange">): FirstOf {
  return async (signature) => {
    const id = (await group(signature))?.examples[0];
    const record = id === undefined ? null : await exchange(id);
    if (record === null || !isExported(record)) return null;
    const { traceId, spanId } = record.trace;
    return { traceId, spanId, traceFlags: 1, isRemote: true };
  };
}
