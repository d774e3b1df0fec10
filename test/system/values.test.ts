import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { startCollector } from "../support/collector.ts";
import { settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";

const dir = mkdtempSync(join(tmpdir(), "sombra-values-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const opened = new Opened();
afterEach(opened.close);

const shopper = "447700900123";
const config = (compare: string): string => {
  const path = join(dir, `${compare.length}.yaml`);
  writeFileSync(path, `log: {level: debug, shopper: plain}\nroutes: [{compare: ${compare}, settle: {quietMs: 100}}]\n`);
  return path;
};

/** Sides that answer with something to say, and something to hide. */
async function world(compare: string, pad: string) {
  const said = (word: string) => ({
    text: `${word} for Ana, call +44 7700 900123`,
    access_token: word.repeat(9),
    word,
    pad,
  });
  const legacy = opened.add(await startSide(json(200, said("marmalade"))));
  const candidate = opened.add(await startSide(json(200, said("tangerine"))));
  const collector = opened.add(await startCollector());
  const sombra = await opened.sombra({
    ...collector.env,
    SOMBRA_LEGACY_URL: legacy.url,
    SOMBRA_CANDIDATE_URL: candidate.url,
    SOMBRA_CONFIG: config(compare),
    WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
  });
  await post(`${sombra.url}/webhook`, textFrom(shopper));
  await settled(sombra, 1);
  return { sombra, collector };
}

interface Found {
  readonly signature: string;
  readonly path: string;
  readonly examples: readonly string[];
}

// The larger ones are compared on a thread of their own.
test.each([
  ["small answers", ""],
  ["large answers", "x".repeat(20_000)],
])("values of a route that keeps them are shown, redacted, and told nowhere else: %s", async (_, pad) => {
  const { sombra, collector } = await world("{values: {redact: ['for [A-Z]\\w+'], retentionDays: 2}}", pad);
  const { groups } = await sombra.get<{ groups: readonly Found[] }>("/api/divergences");
  const text = groups.find(({ path }) => path === "/body/text");
  const kept = [
    { path: "/body/access_token", values: { legacy: "█", candidate: "█" } },
    { path: "/body/text", values: { legacy: "marmalade █, call █", candidate: "tangerine █, call █" } },
    { path: "/body/word", values: { legacy: "marmalade", candidate: "tangerine" } },
  ];
  const items = [{ divergences: expect.toSatisfy(hasAll(kept)) }];
  expect(await sombra.get(`/api/divergences/${text?.signature}`)).toMatchObject({ records: [{ items }] });
  expect(await sombra.get(`/api/exchanges/${text?.examples[0]}`)).toMatchObject({ items });

  const preview = await fetch(`${sombra.adminUrl}/api/rules/preview`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ rule: { path: "/body/word", mask: ["[a-z]+"] } }),
  });
  expect(await preview.json()).toMatchObject({ hidden: 1, unknown: 0 });

  await expect.poll(() => collector.spans.some(({ name }) => name === "compare"), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => collector.metrics.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const metrics = await fetch(`${sombra.adminUrl}/metrics`).then((answer) => answer.text());
  const told = [JSON.stringify(sombra.lines), ...sombra.errors, ...collector.bodies, metrics].join();
  expect(told).toContain("/body/text");
  for (const word of ["marmalade", "tangerine", "█"]) expect(told).not.toContain(word);
});

test("nothing is kept of a route that does not ask for it", async () => {
  const { sombra } = await world("{headers: []}", "");
  const { groups } = await sombra.get<{ groups: readonly Found[] }>("/api/divergences");
  const record = await sombra.get(`/api/exchanges/${groups[0]?.examples[0]}`);
  expect(record).toMatchObject({ items: [{ divergences: [{}, {}, {}] }] });
  expect(JSON.stringify(record)).not.toContain("values");
});

interface Divergent {
  readonly path: string;
  readonly values?: unknown;
}

function hasAll(wanted: readonly Divergent[]) {
  return (divergences: readonly Divergent[]): boolean => {
    const found = divergences.map(({ path, values }) => JSON.stringify({ path, values })).toSorted();
    return found.join() === wanted.map((one) => JSON.stringify(one)).join();
  };
}
