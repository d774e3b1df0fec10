import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { startRedis } from "../support/redis.ts";
import { json, post, startSide, textFrom, type Behaviour } from "../support/side.ts";
import type { LedgerAnswer, Sombra } from "../support/sombra.ts";

const root = mkdtempSync(join(tmpdir(), "sombra-twin-remembered-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const opened = new Opened();
afterEach(opened.close);

/** Never the same number twice. */
function counting(from: number): Behaviour {
  let served = from;
  return (request, response) => json(200, { served: (served += 1) })(request, response);
}

/** Three sides that differ from each other in a number; `share`: how much the twin gets. */
async function sides(): Promise<(share: number) => Readonly<Record<string, string>>> {
  const start = async (from: number): Promise<string> => opened.add(await startSide(counting(from))).url;
  const [legacy, candidate, twin] = [await start(0), await start(1_000), await start(2_000)];
  return (share) => {
    const file = join(root, `${share}.yaml`);
    writeFileSync(file, `routes: [{ twinShare: ${share} }]\n`);
    return {
      SOMBRA_LEGACY_URL: legacy,
      SOMBRA_CANDIDATE_URL: candidate,
      SOMBRA_TWIN_URL: twin,
      SOMBRA_CONFIG: file,
      WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    };
  };
}

const shopper = "447700900123";

const noiseOf = ({ compared }: LedgerAnswer): number => compared["noise"] ?? 0;

/** Deliveries until one is noise: what others know is read a moment after the start. */
async function untilNoise(sombra: Sombra, known: LedgerAnswer): Promise<void> {
  const noiseBy = async (sent: number): Promise<number> => {
    await post(sombra.url, textFrom(shopper));
    return noiseOf(await settled(sombra, known.received + sent));
  };
  let noise = noiseOf(known);
  for (let sent = 1; sent <= 20 && noise === noiseOf(known); sent += 1) noise = await noiseBy(sent);
  expect(noise).toBe(noiseOf(known) + 1);
}

async function learned(sombra: Sombra): Promise<LedgerAnswer> {
  await post(sombra.url, textFrom(shopper));
  return settled(sombra, 1);
}

test(
  "what the twin showed is known after a restart, to a twin that gets nothing any more",
  { timeout: 60_000 },
  async () => {
    const env = await sides();
    const data = { SOMBRA_DATA_DIR: mkdtempSync(join(root, "data-")) };
    const first = await opened.sombra({ ...env(1), ...data });
    const known = await learned(first);
    expect(known.compared).toMatchObject({ total: 1, noise: 1 });
    await first.stop();
    const second = await opened.sombra({ ...env(0), ...data });
    await untilNoise(second, known);
    const { groups } = await second.get<{ groups: readonly object[] }>("/api/divergences");
    expect(groups).toMatchObject([{ path: "/body/served", severity: "noise", noise_rate: 1, exceeds_noise: false }]);
  },
);

test("what the twin showed to one instance another one knows", { timeout: 60_000 }, async () => {
  const env = await sides();
  const redis = opened.add(await startRedis());
  const first = await opened.sombra({ ...env(1), SOMBRA_REDIS_URL: redis.url });
  const known = await learned(first);
  const second = await opened.sombra({ ...env(0), SOMBRA_REDIS_URL: redis.url });
  await untilNoise(second, known);
});
