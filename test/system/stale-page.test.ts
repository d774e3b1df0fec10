import { afterEach, expect, test } from "vitest";
import { Opened } from "../support/opened.ts";
import { startRedis } from "../support/redis.ts";
import { json, startSide } from "../support/side.ts";

const opened = new Opened();
afterEach(opened.close);

test("the page says once that the flags are stale, with what it means", async () => {
  const legacy = opened.add(await startSide(json(200, {})));
  const redis = opened.add(await startRedis());
  const sombra = await opened.sombra({ SOMBRA_LEGACY_URL: legacy.url, SOMBRA_REDIS_URL: redis.url });
  const page = async (): Promise<string> => (await sombra.call("GET", "/flags")).text();
  expect(await page()).not.toContain("is not up");
  await redis.kill();
  await sombra.until<{ degraded: readonly string[] }>("/readyz", ({ degraded }) => degraded.length > 0);
  const text = await page();
  expect(text.match(/store \(redis\) is not up|has not confirmed/g)).toEqual(["store (redis) is not up"]);
  expect(text.match(/defaults decide, stale for \d+ s/g)).toHaveLength(1);
  expect(text).toContain("changes are refused until the store is back, save the kill switch");
});
