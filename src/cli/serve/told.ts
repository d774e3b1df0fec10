import type { Batch, GaugeValue } from "../../account/index.ts";
import { decideMode, type FlagCell } from "../../flags/index.ts";
import type { StoreView } from "../../registry/index.ts";
import type { SombraEvent } from "../../telemetry/index.ts";
import { describe, type Config } from "../config/index.ts";
import type { DataPlane } from "./data/data-plane.ts";
import type { SharedEntry } from "./threads/messages.ts";
import { ageSeconds, definedTwiceText } from "./store-text.ts";

/** The ports that a process listens on. */
export interface Ports {
  readonly data: number;
  readonly admin: number;
  readonly egress: number;
}

/** The first lines of the log: what listens where, what the environment sets, and remarks on it. */
export function startLines(config: Config, ports: Ports, entries: readonly SharedEntry[]): SombraEvent[] {
  const { pid } = process;
  const planes = (["data", "admin", "egress"] as const).map((plane): SombraEvent => ({
    event: "started",
    plane,
    port: ports[plane],
    pid,
  }));
  const settings = describe(config)
    .filter(({ from }) => from === "env")
    .map((setting): SombraEvent => ({ event: "setting", ...setting }));
  const remarks = config.warnings.map((message): SombraEvent => ({ event: "config", message }));
  return [...planes, ...settings, ...remarks, ...definedTwiceLines(entries)];
}

/** Flags that both the store and the environment define: which of them is in force. */
export function definedTwiceLines(entries: readonly SharedEntry[]): SombraEvent[] {
  return entries
    .filter(({ overridden }) => overridden.length > 0)
    .map((entry) => ({ event: "config", message: `Flag ${entry.flag.key} is ${definedTwiceText(entry).text}` }));
}

/** What each route does now, in the words of its flags for a shopper that no list names. */
export function modeLines({ routes }: Config, cell: FlagCell): SombraEvent[] {
  const snapshot = cell.current();
  return routes.map(({ name, flags }) => {
    const { decisions, mode, reason } = decideMode(snapshot, flags, null);
    const value = (key: string): boolean => decisions.some(({ flag, value: on }) => flag === key && on);
    return {
      event: "mode",
      route: name,
      mode,
      reason,
      enabled: value(flags.enabled),
      shadow: value(flags.shadow),
      dual_run: value(flags.dualRun),
    };
  });
}

/** Those of the second that the first does not have: what a change has changed. */
export function newLines(before: readonly SombraEvent[], after: readonly SombraEvent[]): readonly SombraEvent[] {
  const known = new Set(before.map((line) => JSON.stringify(line)));
  return after.filter((line) => !known.has(JSON.stringify(line)));
}

/** A registry that has said nothing within so long. */
export function lateLines(waitedMs: number): SombraEvent[] {
  const error = `no flags within ${waitedMs} ms of the start: legacy answers everybody until there are`;
  return [{ event: "problem", operation: "registry", error }];
}

/** Requests that a stop did not wait for any longer. */
export function cutLines(cut: number): SombraEvent[] {
  if (cut === 0) return [];
  const requests = cut === 1 ? "1 request" : `${cut} requests`;
  const message = `Stopped without an answer to ${requests}: there was none within graceMs`;
  return [{ event: "alarm", alarm: "requests-cut", message }];
}

/** A stop that the archive did not answer in time. */
export function unarchivedLines(kept: boolean): SombraEvent[] {
  if (kept) return [];
  const message =
    "Stopped without the archive having everything: what was counted last is missing in ledger and divergences";
  return [{ event: "alarm", alarm: "unarchived", message }];
}

/** A start on a disk that keeps nothing: legacy answers all the same. */
export function unkeptLines({ dataDir }: Pick<Config, "dataDir">, fault: string | null): SombraEvent[] {
  if (fault === null) return [];
  const message = `Nothing can be kept in SOMBRA_DATA_DIR (${dataDir}): ${fault}. What is known is in memory only, and a restart forgets it`;
  return [{ event: "alarm", alarm: "data-dir", message }];
}

/** Everything the data plane has counted since the last time. */
export function drawOff(
  { tally, mirror, lanes, budget, isSilent, watch, selfTest }: DataPlane,
  cell: FlagCell,
  store: StoreView,
): Batch {
  const waiting = mirror.waiting();
  const pending = mirror.pending();
  const gauges: GaugeValue[] = [
    { name: "sombra_kept_bytes", labels: {}, value: budget.used },
    { name: "sombra_killed", labels: {}, value: cell.current().killed ? 1 : 0 },
    { name: "sombra_store_up", labels: {}, value: store.up ? 1 : 0 },
    { name: "sombra_store_writable", labels: {}, value: store.writable ? 1 : 0 },
    { name: "sombra_snapshot_age_seconds", labels: {}, value: ageSeconds(store) },
    ...watch.gauges(),
    ...selfTest.gauges(),
  ];
  for (const { route, candidate } of lanes) {
    const labels = { route: route.name };
    gauges.push({ name: "sombra_items_pending", labels, value: pending[route.name] ?? 0 });
    gauges.push({ name: "sombra_mirror_queue_depth", labels, value: waiting[route.name] ?? 0 });
    if (candidate === null) continue;
    gauges.push({ name: "sombra_breaker_open", labels, value: candidate.breaker.open ? 1 : 0 });
    gauges.push({ name: "sombra_candidate_silent", labels, value: isSilent(route.name) ? 1 : 0 });
  }
  return tally.drain(Date.now(), { pending, gauges });
}
