import type { Snapshot } from "../../flags/index.ts";
import type { AdminDeps } from "../deps.ts";
import { flagsNow } from "../in-force.ts";

/** Other instances follow a write within a tenth of a second, nearly always. */
const behindMs = 250;

/** Name of what is in force, for clients that ask whether it has moved. */
export function tagOf({ version, killed }: Pick<Snapshot, "version" | "killed">): string {
  return killed ? `${version}-killed` : String(version);
}

/** null: no tag of ours. */
export function versionOfTag(tag: string): number | null {
  const [, digits] = /^(\d{1,15})(?:-killed)?$/.exec(tag) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** Resolves once a version that somebody has seen elsewhere is in force here as well, or is not in time. */
export async function reach(deps: Pick<AdminDeps, "flags" | "onFlags">, version: number): Promise<void> {
  if (flagsNow(deps).snapshot.version >= version) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const over = new AbortController();
  const timer = setTimeout(resolve, behindMs);
  deps.onFlags((now) => {
    if (now >= version) resolve();
  }, over.signal);
  await promise;
  clearTimeout(timer);
  over.abort();
}
