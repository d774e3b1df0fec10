import { afterEach, expect, test } from "vitest";
import { Opened } from "../support/opened.ts";
import { startRedis } from "../support/redis.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const members = Array.from({ length: 500_000 }, (_, index) => String(447_700_000_000 + index));
const opened = new Opened();
afterEach(opened.close);

async function changed(sombra: Sombra, method: string, path: string, body?: unknown): Promise<void> {
  const answer = await sombra.call(method, path, body);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
}

async function answeredBy(sombra: Sombra, side: "legacy" | "candidate"): Promise<void> {
  const answer = async (): Promise<string> => (await post(`${sombra.url}/webhook`, textFrom("447000000001"))).text();
  // Whoever asks without a pause takes the time that reading a list needs.
  await expect.poll(answer, { timeout: 50_000, interval: 10 }).toContain(side);
}

test.each(["redis", "sqlite"] as const)(
  "a kill is in force on an instance that is still reading a long new list of %s",
  { timeout: 60_000 },
  async (kind) => {
    const legacy = opened.add(await startSide(json(200, { by: "legacy" })));
    const candidate = opened.add(await startSide(json(200, { by: "candidate" })));
    const env = {
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
      WHATSAPP_CANONICAL_SHADOW_MODE: "false",
      WHATSAPP_DUAL_RUN: "false",
    };
    const redis = kind === "redis" ? { SOMBRA_REDIS_URL: opened.add(await startRedis()).url } : {};
    const one = await opened.sombra({ ...env, ...redis });
    const shared = kind === "sqlite" ? { SOMBRA_DATA_DIR: one.dataDir } : {};
    const two = await opened.sombra({ ...env, ...redis, ...shared });
    await answeredBy(two, "candidate");
    await changed(one, "PUT", "/api/audiences/long", { members });
    await changed(one, "POST", "/api/kill");
    await answeredBy(two, "legacy");
    // Measured: after 0.2 s, where the list takes 1.5 s to read.
    expect(await two.get("/api/flags")).toMatchObject({ version: 0 });
    await two.until<{ readonly version: number }>("/api/flags", ({ version }) => version === 2);
    await answeredBy(two, "legacy");
    await changed(one, "DELETE", "/api/kill");
    await answeredBy(two, "candidate");
  },
);
