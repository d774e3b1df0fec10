/**
 * `node scripts/screenshots.ts`: pictures of the dashboard's main pages, with what the demo's traffic leaves, into
 * docs/screenshots. Needs Chromium.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startWorld } from "../test/browser/world.ts";
import type { OpenOptions } from "../test/browser/browser.ts";
import { root } from "./gates.ts";

const folder = join(root, "docs/screenshots");
const maxBytes = 180 * 1024;
/** Deliveries that give charts something to draw. */
const more = 30;

interface Picture extends OpenOptions {
  readonly name: string;
  readonly path: string;
  /** What stands at the top of it; else the top of the page. */
  readonly from?: string;
}

const plan = `plan: canonical-events
flag: WHATSAPP_CANONICAL_EVENTS_ENABLED
author: messaging-team
prechecks: { automatic: [store], manual: [load test at twice the peak] }
phases:
  - { name: shadow, compare: 100, minDuration: 24h, approval: { count: 1 } }
  - { name: five, serve: 5, compare: 50, minDuration: 24h }
  - { name: half, serve: 50, compare: 25, minDuration: 24h, approval: { count: 2 } }
  - { name: full, serve: 100, compare: 25, minDuration: 72h }
gates:
  - { type: errorRate, budget: 0.1%, onFail: hold }
  - { type: divergence, severity: critical, budget: 0.1%, onFail: hold }
  - { type: addedLatency, max: 100ms, onFail: hold }
  - { type: coverage, onFail: hold }
fastLane: false
`;

mkdirSync(folder, { recursive: true });
await using world = await startWorld();
const { admin } = world.demo;
await world.deliver(more);
await take({ name: "overview", path: "/" });
await take({ name: "overview-dark", path: "/", colours: "dark", language: "pt-BR" });
await take({ name: "overview-narrow", path: "/", width: 375 });
await take({ name: "divergences", path: "/divergences" });
await take({ name: "group", path: `/divergences/${await gravest()}`, from: "section:has(.diff-part)" });
await take({ name: "flags", path: "/flags" });
await take({ name: "settings", path: "/settings?doctor=run" });
await call("/api/rollouts", plan);
const rollout = "/api/rollouts/canonical-events";
await call(`${rollout}/actions/tick`, {
  precheck: "load test at twice the peak",
  evidence: "three times the peak, no error",
});
await call(`${rollout}/actions/start`, { break_glass: true, reason: "everybody in shadow" });
await world.deliver(Number.POSITIVE_INFINITY);
await call(`${rollout}/checkpoints?name=first`, "");
await take({ name: "rollout", path: "/rollouts/canonical-events" });

async function take({ name, path, from, ...options }: Picture): Promise<void> {
  await using tab = await world.open(path, options);
  await tab.page.waitForFunction(
    "document.querySelectorAll('main time').length === 0 || !document.querySelector('main time').textContent.includes('UTC')",
  );
  if (from !== undefined) await tab.page.evaluate(`document.querySelector("${from}").scrollIntoView()`);
  const picture = await tab.page.screenshot();
  if (picture.length > maxBytes) throw new Error(`${name} has ${picture.length} bytes: more than a README should load`);
  writeFileSync(join(folder, `${name}.png`), picture);
  process.stdout.write(`docs/screenshots/${name}.png  ${(picture.length / 1024).toFixed(0)} KiB\n`);
}

async function call(path: string, body: unknown): Promise<void> {
  const answer = await fetch(admin + path, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

/** What legacy's failing to answer, and the candidate's not, comes to. */
async function gravest(): Promise<string> {
  const page: unknown = await (await fetch(`${admin}/api/divergences?severity=critical`)).json();
  const [, signature] = /"signature":"([0-9a-f]{16})"[^{}]*"path":"\/status"/.exec(JSON.stringify(page)) ?? [];
  if (signature === undefined) throw new Error("The demo found no critical divergence of the status");
  return signature;
}
