import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import type { Opened } from "./opened.ts";
import { json, startSide, type Behaviour, type Seen, type SideServer } from "./side.ts";
import type { Sombra } from "./sombra.ts";

export interface Handler {
  /** What it says to everybody who writes; null: nothing. */
  readonly says: string | null;
  /** Passes the trace on, as instrumented handlers do. */
  readonly traced?: boolean;
  readonly status?: number;
  /** Calls by the twin's address. */
  readonly calls?: "twin";
  /** What is waited for before it answers, and before it sends. */
  readonly answersAfter?: Promise<unknown>;
  readonly sendsAfter?: Promise<unknown>;
}

/** What a handler does, for all or for whoever wrote. */
type Doing = Handler | ((from: string) => Handler);

export interface ReverseWorld {
  readonly legacy: SideServer;
  readonly candidate: SideServer;
  /** The outside. */
  readonly graph: SideServer;
  readonly sombra: Sombra;
  /** Who is known outside to have said what to whom. */
  outside(): readonly string[];
}

export interface ReverseOptions {
  /** Where its files go. */
  readonly root: string;
  readonly legacy: Doing;
  readonly candidate: Doing;
  readonly env?: Readonly<Record<string, string>>;
  /** What is known of legacy's calls from before: that they are tied, where nothing is said. */
  readonly ties?: string | null;
  readonly config?: string;
}

const everybodyReversed = {
  WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  WHATSAPP_CANONICAL_SHADOW_MODE: "false",
  WHATSAPP_DUAL_RUN: "false",
  WHATSAPP_REVERSE_SHADOW: "true",
};

/** Two handlers that send through the egress, and a Sombra that knows legacy's calls to be tied. */
export async function startReverseWorld(opened: Opened, options: ReverseOptions): Promise<ReverseWorld> {
  const folder = mkdtempSync(join(options.root, "world-"));
  const data = join(folder, "data");
  mkdirSync(data);
  const { ties = "tied default" } = options;
  if (ties !== null) writeFileSync(join(data, "legacy-ties"), ties);
  writeFileSync(join(data, "egress-used"), "seen");
  const config = join(folder, "sombra.yaml");
  writeFileSync(config, options.config ?? "routes: [{ settle: { quietMs: 100, maxMs: 2000 } }]\n");
  const egress = String(await freePort());
  const graph = opened.add(await startSide(graphAnswer));
  const legacy = opened.add(await startSide(behaviourOf("legacy", options.legacy, egress)));
  const candidate = opened.add(await startSide(behaviourOf("candidate", options.candidate, egress)));
  const sombra = await opened.sombra({
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: candidate.url,
    SOMBRA_GRAPH_URL: graph.url,
    SOMBRA_EGRESS_PORT: egress,
    SOMBRA_DATA_DIR: data,
    SOMBRA_CONFIG: config,
    ...everybodyReversed,
    ...options.env,
  });
  return { legacy, candidate, graph, sombra, outside: () => graph.seen.map(saidBy) };
}

let sent = 0;

const graphAnswer: Behaviour = (request, response) => {
  sent += 1;
  json(200, { messaging_product: "whatsapp", messages: [{ id: `wamid.real${sent}` }] })(request, response);
};

export function behaviourOf(side: "legacy" | "candidate", doing: Doing, egressPort: string): Behaviour {
  return (request, response) => {
    const handler = typeof doing === "function" ? doing(sendersOf(request)[0] ?? "") : doing;
    const { says, traced = true, status = 200, calls = side, answersAfter, sendsAfter } = handler;
    const at = `http://127.0.0.1:${egressPort}/${calls}/graph`;
    const act = async (): Promise<void> => {
      await sendsAfter;
      if (says === null) return;
      for (const to of sendersOf(request)) {
        await sendText(at, { by: side, to, body: says, ...(traced ? { traceparent: traceOf(request) } : {}) });
      }
    };
    const answer = (): void => json(status, { ok: true })(request, response);
    const acting = act();
    if (sendsAfter !== undefined) answer();
    else void Promise.all([acting, answersAfter]).then(answer);
  };
}

export interface Text {
  readonly by: string;
  readonly to: string;
  readonly body: string;
  readonly traceparent?: string;
}

/** A text as a handler sends it; its answer. */
export async function sendText(graphUrl: string, { by, to, body, traceparent }: Text): Promise<string> {
  const answer = await fetch(`${graphUrl}/v23.0/100000000000001/messages`, {
    method: "POST",
    body: JSON.stringify({ messaging_product: "whatsapp", to, type: "text", text: { body } }),
    headers: {
      "content-type": "application/json",
      authorization: `Bearer token-of-${by}`,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  });
  return answer.text();
}

export function traceOf({ headers }: Seen): string {
  return String(headers["traceparent"]);
}

function sendersOf({ body }: Seen): readonly string[] {
  const found: string[] = [];
  JSON.parse(body.toString(), (key, value: unknown) => {
    if (key === "from") found.push(String(value));
    return value;
  });
  return found;
}

function saidBy({ headers, body }: Seen): string {
  const { to, text }: { to: string; text: { body: string } } = JSON.parse(body.toString());
  return `${headers.authorization?.replace("Bearer token-of-", "")} to ${to}: ${text.body}`;
}
