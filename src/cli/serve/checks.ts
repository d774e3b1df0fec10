import { connect } from "node:net";
import type { AccountReads, Book } from "../../account/index.ts";
import { isOpen, shownTriage, type Check, type SelfTestReport } from "../../admin/index.ts";
import { canBeOn, documentId } from "../../flags/index.ts";
import type { AuditCheck } from "../../registry/index.ts";
import type { Config, RouteConfig } from "../config/index.ts";
import { sendsUnheld } from "../config/sends.ts";
import { egressChecks, tieChecks, writeChecks } from "./egress-checks.ts";
import type { KnownFlags } from "./known-flags.ts";
import type { Tie } from "./legacy-ties.ts";
import { ruleChecks } from "./rule-notices.ts";
import { selfTestChecks } from "./self-test-checks.ts";
import { unreadableText, whoseText } from "./store-text.ts";

export interface ChecksDeps {
  readonly config: Config;
  readonly known: KnownFlags;
  readonly book: Pick<Book, "series">;
  /** What all instances have seen. */
  readonly account: () => Promise<Pick<AccountReads, "groups">>;
  readonly egressSeen: () => boolean;
  /** How legacy's sends are tied on a route; null: not seen yet. */
  readonly tieOf: (route: string) => Tie | null;
  readonly now: () => number;
  readonly checkAudit: () => Promise<AuditCheck>;
  /** Runs the self-test in full. */
  readonly selfTest: () => Promise<SelfTestReport | null>;
}

const connectMs = 1_000;

/** What `sombra doctor` tells; of one route: what speaks for and against a cutover of it. */
export async function checksOf(deps: ChecksDeps, route?: string): Promise<readonly Check[]> {
  const routes = deps.config.routes.filter(({ name }) => route === undefined || name === route);
  const ofRoutes = await Promise.all(routes.map((config) => routeChecks(deps, config, route !== undefined)));
  const store = [storeCheck(deps.known), ...recordsChecks(deps.known)];
  if (route !== undefined) return [...store, ...ofRoutes.flat()];
  const series = deps.book.series();
  const ties = [...tieChecks(series), ...writeChecks(series)];
  const audit = await auditCheck(deps);
  const rules = ruleChecks(deps.config.rules, deps.now());
  const seeing = selfTestChecks(await deps.selfTest());
  const own = [...store, ...conflictChecks(deps.known), killCheck(deps.known), audit, ...rules, ...seeing];
  return [...own, ...ofRoutes.flat(), ...ties];
}

function storeCheck(known: KnownFlags): Check {
  const { store, snapshot } = known.now();
  if (store.up && store.writable) {
    return { name: "store", status: "ok", text: `${store.kind} answers, flags are its own` };
  }
  if (store.up) return { name: "store", status: "fail", text: `${store.kind} takes no writes: ${store.problem}` };
  const problem = store.problem ?? "it does not answer";
  return { name: "store", status: "fail", text: `${store.kind} is not up, ${whoseText(snapshot.version)}: ${problem}` };
}

function recordsChecks(known: KnownFlags): readonly Check[] {
  const { store } = known.now();
  return store.unreadable.length === 0 ? [] : [{ name: "records", status: "fail", text: unreadableText(store) }];
}

/** Flags that more than one source defines (SPEC 3). */
function conflictChecks(known: KnownFlags): readonly Check[] {
  const { entries } = known.now();
  const twice = entries.filter(({ overridden }) => overridden.length > 0);
  if (twice.length === 0) return [{ name: "flags", status: "ok", text: "no flag is defined in two places" }];
  return twice.map(({ flag, source, overridden }) => ({
    name: `flag ${flag.key}`,
    status: "warn",
    text: `defined in ${[source, ...overridden].join(" and ")}: ${source} is in force`,
  }));
}

function killCheck(known: KnownFlags): Check {
  const name = "kill switch";
  if (!known.now().snapshot.killed) return { name, status: "ok", text: "not thrown" };
  return { name, status: "warn", text: "thrown: everything is on legacy; sombra kill --undo ends it" };
}

async function auditCheck({ checkAudit }: ChecksDeps): Promise<Check> {
  const name = "audit";
  try {
    const { entries, brokenAt } = await checkAudit();
    if (brokenAt === null) return { name, status: "ok", text: `${entries} entries, each follows from the one before` };
    return { name, status: "fail", text: `entry ${brokenAt} does not follow from the one before: somebody altered it` };
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    return { name, status: "warn", text: `cannot be read: ${why}` };
  }
}

async function routeChecks(deps: ChecksDeps, route: RouteConfig, cuttingOver: boolean): Promise<readonly Check[]> {
  const { name, legacy, candidate, profile } = route;
  const checks: Check[] = [await reachCheck(`${name}: legacy`, legacy.url)];
  if (candidate === null) {
    const status = cuttingOver ? "fail" : "warn";
    checks.push({ name: `${name}: candidate`, status, text: "none is configured: only legacy is possible" });
    return checks;
  }
  checks.push(await reachCheck(`${name}: candidate`, candidate.url), await divergenceCheck(deps, name));
  if (!cuttingOver && sendsUnheld(route)) {
    const text = `not held: a shadowed candidate of profile ${profile} reaches customers unless it sends nothing then`;
    checks.push({ name: `${name}: sends`, status: "warn", text });
  }
  if (!cuttingOver) checks.push(reverseCheck(deps, route));
  if (deps.egressSeen()) checks.push(...egressChecks(deps.book.series(), name));
  return checks;
}

/** Whether legacy may get what the candidate answers. */
function reverseCheck({ known, tieOf }: ChecksDeps, { name: route, twin, flags }: RouteConfig): Check {
  const name = `${route}: reverse shadow`;
  if (twin !== null) return { name, status: "ok", text: "goes to the twin, whose calls are all held" };
  const tie = tieOf(route);
  if (tie === "tied") {
    return { name, status: "ok", text: "legacy's sends are tied to their exchanges: it may be switched on" };
  }
  const flag = known.now().snapshot.flags.get(flags.reverseShadow);
  const isOn = flag !== undefined && flag.enabled !== false && canBeOn(flag, false);
  const seen =
    tie === "untied"
      ? "legacy's sends are tied to their exchanges by their recipient alone"
      : "legacy's calls have not been seen tied to their exchanges";
  const so = isOn ? "is on, and legacy gets nothing" : "cannot be switched on";
  const text = `${seen}, so that it ${so}: have legacy pass traceparent on in what it calls, and compare in shadow or dual-run`;
  return { name, status: isOn ? "fail" : "ok", text };
}

/** More than an archive keeps. */
const allGroups = 100_000;

/** Open: found by any instance, and neither expected nor fixed. */
async function divergenceCheck({ account, known }: ChecksDeps, route: string): Promise<Check> {
  const { documents } = known.now().state;
  const reads = await account();
  const { groups, source } = await reads.groups({ route, severity: "critical", offset: 0, limit: allGroups });
  const critical = groups.filter(({ signature, last_seen: lastSeen }) => {
    const seen = { lastSeenMs: Date.parse(lastSeen), nowMs: Date.now() };
    return isOpen(shownTriage(documents.get(documentId("triage", signature)), seen));
  });
  const name = `${route}: divergences`;
  const by = source === "memory" ? ", by what this instance has seen since its start" : "";
  if (critical.length === 0) return { name, status: "ok", text: `no critical divergence is open${by}` };
  const text = `${critical.length} kinds of critical divergence are open${by}: sombra divergences lists them`;
  return { name, status: "fail", text };
}

async function reachCheck(name: string, address: string): Promise<Check> {
  const url = new URL(address);
  const problem = await connectProblem(url);
  if (problem === null) return { name, status: "ok", text: `${url.host} accepts connections` };
  return { name, status: "fail", text: `${url.host} cannot be reached: ${problem}` };
}

/** null: a connection was accepted, and closed again. */
function connectProblem(url: URL): Promise<string | null> {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: connectMs });
    const end = (problem: string | null): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end("no answer in time"));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? "unknown"));
  });
}
