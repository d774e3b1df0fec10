/** A simulated world behind the ports of a report: its audit as the real one would have it, hash chain and all. */
import { createHash } from "node:crypto";
import type { Edited, JsonObject } from "../../src/flags/index.ts";
import { actorOf } from "../../src/cli/serve/rollouts/ports.ts";
import { draftOf } from "../../src/registry/audit-draft.ts";
import { sealEntries } from "../../src/registry/chain.ts";
import type { AuditEntry } from "../../src/registry/index.ts";
import { fits } from "../../src/store/audit.ts";
import type { ReportPorts } from "../../src/report/index.ts";
import type { Rollout } from "../../src/rollout/index.ts";
import type { World } from "../../src/simulate/index.ts";
import { routeOf } from "./sample.ts";

export function portsIn(world: World): ReportPorts {
  const { controller, journal, ports, registry } = world;
  const entries = auditOf(registry.audit);
  return {
    audit: async (filter) =>
      entries
        .filter((entry) => fits(entry, filter) && (filter.beforeSeq === undefined || entry.seq < filter.beforeSeq))
        .toReversed()
        .slice(0, filter.limit),
    checkpoints: (id, limit) => journal.checkpoints(id, limit),
    evidence: (scope) => ports.evidence(scope),
    prechecks: (rollout) => controller.prechecks(rollout),
    surroundings: (flag) => ports.surroundings(flag),
    now: () => world.nowMs(),
    environment: "production",
    flags: ({ plan }) => Object.values(routeOf(plan.flag)),
  };
}

const keyed = (text: string): string => createHash("sha256").update(`key ${text}`).digest("hex").slice(0, 16);

export function auditOf(audit: World["registry"]["audit"]): readonly AuditEntry[] {
  let position = { epoch: "", version: 0, seq: 0, hash: "" };
  const entries: AuditEntry[] = [];
  for (const { atMs, actor, reason, rollout, flags } of audit) {
    const stamp = { at: new Date(atMs).toISOString(), actor: actorOf(actor), reason, environment: "production" };
    const own = rollout === null ? [] : [setOf(rollout)];
    const sealed = sealEntries(
      [...own, ...flags].map((edited) => draftOf(edited, stamp, keyed)),
      position,
    );
    const { seq, hash } = sealed.at(-1) ?? position;
    position = { ...position, version: position.version + 1, seq, hash };
    entries.push(...sealed);
  }
  return entries;
}

function setOf({ before, after }: { readonly before: Rollout | null; readonly after: Rollout }): Edited {
  const subject = after.id;
  return { action: "rollout-set", subject, before: before && plain(before), after: plain(after), members: [] };
}

const parse: (text: string) => JsonObject = JSON.parse;

function plain(rollout: Rollout): JsonObject {
  return parse(JSON.stringify(rollout));
}
