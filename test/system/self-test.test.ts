/** Whether the comparison sees is tried all the time, and on demand. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { figure } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import { briefRoutes, type Sombra } from "../support/sombra.ts";

const dir = mkdtempSync(join(tmpdir(), "sombra-self-test-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const opened = new Opened();
afterEach(opened.close);

/** Two sides that answer alike. `rule`: of the file. */
async function world(rule: string | null): Promise<Sombra> {
  const config = join(dir, `${rule === null ? "none" : "one"}.yaml`);
  const about = "owner: bot-team, reason: a test, expires: never";
  writeFileSync(config, `${briefRoutes}${rule === null ? "" : `rules:\n  - {${rule}, ${about}}\n`}`);
  const sides = await Promise.all([1, 2].map(() => startSide(json(200, { id: 7, status: "sent" }))));
  const [legacy, candidate] = sides.map((side) => opened.add(side).url);
  return opened.sombra({
    SOMBRA_LEGACY_URL: legacy ?? "",
    SOMBRA_CANDIDATE_URL: candidate ?? "",
    SOMBRA_CONFIG: config,
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  });
}

interface Report {
  readonly sensitivity: number;
  readonly routes: readonly { readonly tried: number; readonly found: number }[];
  readonly mutations: readonly unknown[];
  readonly hidden: readonly { readonly by: string; readonly name: string | null }[];
  readonly pairs: { readonly kept: number; readonly made_up: number };
}

interface Doctor {
  readonly checks: readonly { readonly name: string; readonly status: string; readonly text: string }[];
}

const tried = ({ routes }: Report): boolean => (routes[0]?.tried ?? 0) > 0;

test("an item that matched is tried with a planted difference, which is found", async () => {
  const sombra = await world(null);
  await post(`${sombra.url}/webhook`, textFrom("447700900123"));
  const report = await sombra.until<Report>("/api/self-test", tried);
  expect(report).toMatchObject({ sensitivity: 1, routes: [{ tried: 1, found: 1 }], hidden: [], pairs: { kept: 1 } });
  expect(await figure(sombra, "sombra_comparison_sensitivity", { route: "default" })).toBe(1);
  // What was planted is nobody's divergence.
  expect(await figure(sombra, "divergence_count")).toBeNaN();

  const full: Report = JSON.parse(await (await sombra.call("POST", "/api/self-test")).text());
  expect(full).toMatchObject({ sensitivity: 1, hidden: [], pairs: { kept: 1, made_up: 7 } });
  expect(full.mutations).toHaveLength(11);
  const { checks } = await sombra.get<Doctor>("/api/doctor");
  expect(checks).toContainEqual(
    expect.objectContaining({
      name: "comparison",
      status: "ok",
      text: expect.stringMatching(/^finds all of \d+ differences planted into 1 pairs of traffic and 7 made up$/),
    }),
  );
});

test("a rule that hides more than it names is told of: in the share, in the log, by the call and by doctor", async () => {
  const sombra = await world("id: everything, path: /**, ignore: true");
  await post(`${sombra.url}/webhook`, textFrom("447700900123"));
  const report = await sombra.until<Report>("/api/self-test", tried);
  expect(report).toMatchObject({ sensitivity: 0, hidden: [{ by: "rule", name: "everything", count: 1 }] });
  expect(await figure(sombra, "sombra_comparison_sensitivity", { route: "default" })).toBe(0);
  const { message } = await sombra.line(({ event, alarm }) => event === "alarm" && alarm === "comparison-blind");
  expect(message).toMatch(/^Route default: rule everything hides a planted difference/);
  expect(await figure(sombra, "sombra_alarms_total", { alarm: "comparison-blind" })).toBe(1);
  const { checks } = await sombra.get<Doctor>("/api/doctor");
  expect(checks).toContainEqual(
    expect.objectContaining({
      name: "default: comparison",
      status: "fail",
      text: expect.stringMatching(/^rule everything hides \d+ of \d+ planted differences/),
    }),
  );
});

test("a rule that names a place exactly blinds nobody", async () => {
  const sombra = await world("id: ids, path: /body/id, ignore: true");
  await post(`${sombra.url}/webhook`, textFrom("447700900123"));
  await sombra.until<Report>("/api/self-test", ({ pairs }) => pairs.kept === 1);
  const full: Report = JSON.parse(await (await sombra.call("POST", "/api/self-test")).text());
  expect(full).toMatchObject({ sensitivity: 1, hidden: [], pairs: { kept: 1 } });
});
