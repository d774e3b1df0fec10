import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { expect } from "vitest";
import { runSombra, type Ended } from "./command.ts";
import type { Opened } from "./opened.ts";
import { json, post, startSide, textFrom, type Seen } from "./side.ts";
import type { Sombra } from "./sombra.ts";

/** Phases of seconds: legacy compared, half answered by the candidate, everybody. */
const plan = (changes: string = ""): string => `
plan: quick
flag: WHATSAPP_CANONICAL_EVENTS_ENABLED
author: anna
phases:
  - { name: shadow, serve: 0, minDuration: 3s, gates: [{ name: pairs, type: errorRate, budget: 5% }] }
  - { name: half, serve: 50, compare: 0, minDuration: 3s }
  - { name: all, serve: 100, compare: 0, minDuration: 3s }
gates:
  - { name: errors, type: serverErrors, max: 50%, consecutive: 2 }
  - { name: drift, type: configDrift, onFail: warn }
fastLane: { falseAlarmEvery: 1000, budget: 1% }
checkpoints: { every: 10s, window: 10m }
${changes}`;

/** A side that answers well until it is told to fail. */
function fallible(name: string) {
  let failing = false;
  const good = json(200, { by: name });
  return {
    fail(is: boolean): void {
      failing = is;
    },
    behaviour(request: Seen, response: ServerResponse): void {
      if (!failing) return good(request, response);
      response.writeHead(500).end();
    },
  };
}

export const shadowFlag = "WHATSAPP_CANONICAL_SHADOW_MODE";
export const enabledFlag = "WHATSAPP_CANONICAL_EVENTS_ENABLED";

export interface RolloutView {
  readonly status: string;
  readonly phase: string | null;
  readonly visit: number;
  readonly why: string | null;
  readonly state: { readonly name: string; readonly reason?: string; readonly by?: string };
}

/** Sides, a plan in a file, and instances of Sombra in front of them; `more`: of their configuration. */
export async function rolloutWorld(opened: Opened, env: Readonly<Record<string, string>> = {}, more = "") {
  const dir = opened.directory("sombra-rollout-");
  const planFile = join(dir, "quick.yaml");
  writeFileSync(planFile, plan());
  const config = join(dir, "sombra.yaml");
  writeFileSync(config, `candidate: { timeoutMs: 1000 }\nroutes: [{ settle: { quietMs: 20, maxMs: 200 } }]\n${more}`);
  const candidateSide = fallible("candidate");
  const legacy = opened.add(await startSide(json(200, { by: "legacy" })));
  const candidate = opened.add(await startSide((request, response) => candidateSide.behaviour(request, response)));
  const urls = { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url, SOMBRA_CONFIG: config };
  return {
    dir,
    planFile,
    legacy,
    candidate,
    candidateSide,
    start: (more: Readonly<Record<string, string>> = {}): Promise<Sombra> =>
      opened.sombra({ ...urls, ...env, ...more }),
  };
}

/** `sombra` at the admin port of that instance. */
export function cli(sombra: Sombra, ...args: readonly string[]): Promise<Ended> {
  return runSombra(args, { SOMBRA_ADMIN_URL: sombra.adminUrl }, 40_000);
}

export async function does(sombra: Sombra, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(sombra, ...args);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

export const shoppers = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => String(15_550_100_000 + from + index));

/** One message of each, some at a time; the statuses of the answers. */
export async function messages(sombra: Pick<Sombra, "url">, of: readonly string[]): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let at = 0; at < of.length; at += 10) {
    const some = of.slice(at, at + 10).map(async (shopper) => {
      const answer = await post(`${sombra.url}/webhook`, textFrom(shopper));
      await answer.arrayBuffer();
      return answer.status;
    });
    statuses.push(...(await Promise.all(some)));
  }
  return statuses;
}

export const view = (sombra: Sombra, id = "quick"): Promise<RolloutView> => sombra.get(`/api/rollouts/${id}`);

export function untilView(sombra: Sombra, fits: (rollout: RolloutView) => boolean, id = "quick"): Promise<RolloutView> {
  return sombra.until<RolloutView>(`/api/rollouts/${id}`, fits);
}

/** Of these shoppers those whom the candidate answers. */
export async function served(sombra: Sombra, of: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const shopper of of) {
    const [enabled, shadow] = await Promise.all(
      [enabledFlag, shadowFlag].map((flag) =>
        sombra.get<{ readonly enabled: boolean }>(`/feature-flags/${flag}?shopper_id=${shopper}`),
      ),
    );
    if (enabled?.enabled === true && shadow?.enabled === false) found.push(shopper);
  }
  return found;
}
