import type { Erased } from "../../../account/index.ts";
import type { AdminDeps } from "../../../admin/index.ts";
import { pathTest, wouldHide } from "../../../compare/index.ts";
import type { Config } from "../../config/index.ts";
import { parseRule, writtenRule } from "../../config/written-rule.ts";
import type { KnownFlags } from "./known-flags.ts";
import type { RegistryLine } from "./registry-line.ts";
import { createReopening, type Reopening, type ReopeningDeps } from "./reopening.ts";

/** Takes records out that bear one of these hashes. */
type EraseRecords = (hashes: readonly string[]) => Promise<Erased>;

export function rulesOf(config: Config): AdminDeps["rules"] {
  return {
    file: config.file,
    ofFile: config.rules,
    parse: parseRule,
    written: writtenRule,
    covers: (rule, path) => pathTest(rule)(path),
    wouldHide,
  };
}

/** The store and the other instances first, then the records. */
export function erasureBy(registry: Pick<RegistryLine, "erase">, eraseRecords: EraseRecords): AdminDeps["erase"] {
  return async (order) => {
    const answer = await registry.erase(order);
    if (answer.kind === "refused") return answer;
    const { ids, hashes, lists, removed, left } = answer;
    const inStore = left === null ? [] : [`store: ${left}`];
    try {
      const { exchanges, cut, marks } = await eraseRecords(hashes);
      const found = ids > 1 || [...lists, ...removed].length > 0 || exchanges + cut + marks > 0;
      return { kind: "erased", told: { found, ids, exchanges, lists, removed, left: inStore } };
    } catch (error) {
      const why = `records: ${error instanceof Error ? error.message : "unknown"}`;
      return { kind: "erased", told: { found: true, ids, exchanges: null, lists, removed, left: [...inStore, why] } };
    }
  };
}

export function reopeningOf(known: KnownFlags, { deps }: RegistryLine, alarm: ReopeningDeps["alarm"]): Reopening {
  return createReopening({ documents: () => known.now().state.documents, write: deps.write, alarm });
}
