import { connect } from "node:net";
import type { AccountReads, Book, Group } from "../../../account/index.ts";
import { isOpen, shownTriage, type Check, type SelfTestReport } from "../../../admin/index.ts";
import { asIs, say, type Sentence } from "../../../lib/sentence.ts";
import { canBeOn, documentId } from "../../../flags/index.ts";
import type { AuditCheck } from "../../../registry/index.ts";
import type { Config, RouteConfig } from "../../config/index.ts";
import { checkpointCheck, type Checkpoints } from "./checkpoint-check.ts";
import { egressChecks, tieChecks, writeChecks } from "./egress-checks.ts";
import type { KnownFlags } from "./known-flags.ts";
import type { Tie } from "../effects/legacy-ties.ts";
import type { StoredRules } from "../registry/stored-rules.ts";
import { ruleChecks } from "../verdicts/rule-notices.ts";
import { selfTestChecks } from "./self-test-checks.ts";
import { twinChecks } from "./twin-checks.ts";
import { definedTwiceText, unreadableText, whoseText } from "../store-text.ts";

export interface ChecksDeps {
  readonly config: Config;
  readonly known: KnownFlags;
  readonly book: Pick<Book, "series">;
  /** What all instances have seen. */
  readonly account: () => Promise<Pick<AccountReads, "groups">>;
  /** Of the file and of the store. */
  readonly rules: () => StoredRules;
  readonly egressSeen: () => boolean;
  /** How legacy's sends are tied on a route; null: not seen yet. */
  readonly tieOf: (route: string) => Tie | null;
  readonly now: () => number;
  readonly checkAudit: () => Promise<AuditCheck>;
  /** Runs the self-test in full. */
  readonly selfTest: () => Promise<SelfTestReport | null>;
  /** Of those that people are told by. */
  readonly channels: () => readonly Check[];
  readonly rollouts: Checkpoints;
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
  const rules = ruleChecks(deps.rules(), deps.now());
  const seeing = selfTestChecks(await deps.selfTest());
  const given = [...configChecks(deps.config), ...conflictChecks(deps.known), killCheck(deps.known)];
  return [...store, ...given, audit, ...rules, ...seeing, ...ofRoutes.flat(), ...ties, ...deps.channels()];
}

function storeCheck(known: KnownFlags): Check {
  const { store, snapshot } = known.now();
  if (store.up && store.writable) {
    return {
      name: "store",
      status: "ok",
      ...say(`${store.kind} answers, flags are its own`, `${store.kind} responde, as flags são dele`),
    };
  }
  const { kind, problem } = store;
  if (store.up) {
    const said = say(`${kind} takes no writes: ${problem}`, `${kind} não aceita gravações: ${problem}`);
    return { name: "store", status: "fail", ...said };
  }
  const whose = whoseText(snapshot.version);
  const said = say(
    `${kind} is not up, ${whose.text}: ${problem ?? "it does not answer"}`,
    `${kind} está fora, ${whose.pt}: ${problem ?? "não responde"}`,
  );
  return { name: "store", status: "fail", ...said };
}

function recordsChecks(known: KnownFlags): readonly Check[] {
  const { store } = known.now();
  return store.unreadable.length === 0 ? [] : [{ name: "records", status: "fail", ...unreadableText(store) }];
}

/** What the start has warned of. */
function configChecks({ warnings }: Config): readonly Check[] {
  const name = "configuration";
  if (warnings.length === 0) {
    return [{ name, status: "ok", ...say("nothing is to be said of it", "nada há a dizer dela") }];
  }
  return warnings.map((text) => ({ name, status: "warn", text }));
}

/** Flags that more than one source defines (SPEC 3). */
function conflictChecks(known: KnownFlags): readonly Check[] {
  const { entries } = known.now();
  const twice = entries.filter(({ overridden }) => overridden.length > 0);
  if (twice.length === 0) {
    const none = say("no flag is defined in two places", "nenhuma flag está definida em dois lugares");
    return [{ name: "flags", status: "ok", ...none }];
  }
  return twice.map((entry) => ({ name: `flag ${entry.flag.key}`, status: "warn", ...definedTwiceText(entry) }));
}

function killCheck(known: KnownFlags): Check {
  const name = "kill switch";
  if (!known.now().snapshot.killed) return { name, status: "ok", ...say("not thrown", "desligado") };
  const thrown = say(
    "thrown: everything is on legacy; sombra kill --undo ends it",
    "ligado: tudo está no legacy; sombra kill --undo desfaz",
  );
  return { name, status: "warn", ...thrown };
}

async function auditCheck({ checkAudit }: ChecksDeps): Promise<Check> {
  const name = "audit";
  try {
    const { entries, brokenAt } = await checkAudit();
    if (brokenAt === null) {
      const whole = say(
        `${entries} entries, each follows from the one before`,
        `${entries} registros, cada um decorre do anterior`,
      );
      return { name, status: "ok", ...whole };
    }
    const broken = say(
      `entry ${brokenAt} does not follow from the one before: somebody altered it`,
      `o registro ${brokenAt} não decorre do anterior: alguém o alterou`,
    );
    return { name, status: "fail", ...broken };
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    return { name, status: "warn", ...say(`cannot be read: ${why}`, `não pode ser lida: ${why}`) };
  }
}

async function routeChecks(deps: ChecksDeps, route: RouteConfig, cuttingOver: boolean): Promise<readonly Check[]> {
  const { name, legacy, candidate, twin } = route;
  const checks: Check[] = [await reachCheck(`${name}: legacy`, legacy.url)];
  if (candidate === null) {
    const status = cuttingOver ? "fail" : "warn";
    const none = say("none is configured: only legacy is possible", "nenhum está configurado: só legacy é possível");
    checks.push({ name: `${name}: candidate`, status, ...none });
    return checks;
  }
  checks.push(await reachCheck(`${name}: candidate`, candidate.url), await divergenceCheck(deps, name));
  if (twin !== null) checks.push(...twinChecks(name, await effectGroups(deps, name)));
  if (cuttingOver) checks.push(await checkpointCheck(route, deps.rollouts));
  if (!cuttingOver) checks.push(reverseCheck(deps, route));
  if (deps.egressSeen()) checks.push(...egressChecks(deps.book.series(), name));
  return checks;
}

/** Whether legacy may get what the candidate answers. */
function reverseCheck({ known, tieOf }: ChecksDeps, { name: route, twin, flags }: RouteConfig): Check {
  const name = `${route}: reverse shadow`;
  if (twin !== null) {
    const held = say("goes to the twin, whose calls are all held", "vai ao twin, cujas chamadas são todas retidas");
    return { name, status: "ok", ...held };
  }
  const tie = tieOf(route);
  if (tie === "tied") {
    const tied = say(
      "legacy's sends are tied to their exchanges: it may be switched on",
      "os envios do legacy estão ligados às suas exchanges: pode ser ligado",
    );
    return { name, status: "ok", ...tied };
  }
  const flag = known.now().snapshot.flags.get(flags.reverseShadow);
  const isOn = flag !== undefined && flag.enabled !== false && canBeOn(flag, false);
  const seen =
    tie === "untied"
      ? say(
          "legacy's sends are tied to their exchanges by their recipient alone",
          "os envios do legacy estão ligados às suas exchanges só pelo destinatário",
        )
      : say(
          "legacy's calls have not been seen tied to their exchanges",
          "as chamadas do legacy não foram vistas ligadas às suas exchanges",
        );
  const so = isOn
    ? say("is on, and legacy gets nothing", "está ligado, e o legacy não recebe nada")
    : say("cannot be switched on", "não pode ser ligado");
  const said = say(
    `${seen.text}, so that it ${so.text}: have legacy pass traceparent on in what it calls, and compare in shadow or dual-run`,
    `${seen.pt}, de modo que ${so.pt}: faça o legacy repassar traceparent no que chama, e compare em shadow ou dual-run`,
  );
  return { name, status: isOn ? "fail" : "ok", ...said };
}

/** More than an archive keeps. */
const allGroups = 100_000;

async function effectGroups({ account }: ChecksDeps, route: string): Promise<readonly Group[]> {
  const reads = await account();
  return (await reads.groups({ route, where: "effect", offset: 0, limit: allGroups })).groups;
}

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
  const by =
    source === "memory"
      ? say(", by what this instance has seen since its start", ", pelo que esta instância viu desde o início")
      : say("", "");
  if (critical.length === 0) {
    const none = say(`no critical divergence is open${by.text}`, `nenhuma divergência critical está aberta${by.pt}`);
    return { name, status: "ok", ...none };
  }
  const said = say(
    `${critical.length} kinds of critical divergence are open${by.text}: sombra divergences lists them`,
    `${critical.length} tipos de divergência critical estão abertos${by.pt}: sombra divergences os lista`,
  );
  return { name, status: "fail", ...said };
}

async function reachCheck(name: string, address: string): Promise<Check> {
  const url = new URL(address);
  const problem = await connectProblem(url);
  if (problem === null) {
    return { name, status: "ok", ...say(`${url.host} accepts connections`, `${url.host} aceita conexões`) };
  }
  const said = say(
    `${url.host} cannot be reached: ${problem.text}`,
    `${url.host} não pode ser alcançado: ${problem.pt}`,
  );
  return { name, status: "fail", ...said };
}

/** null: a connection was accepted, and closed again. */
function connectProblem(url: URL): Promise<Sentence | null> {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: connectMs });
    const end = (problem: Sentence | null): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end(say("no answer in time", "sem resposta a tempo")));
    socket.once("error", (error: NodeJS.ErrnoException) => end(asIs(error.code ?? "unknown")));
  });
}
