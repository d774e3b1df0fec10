import { readFile } from "node:fs/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const root = mkdtempSync(join(tmpdir(), "sombra-hash-key-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const opened = new Opened();
afterEach(opened.close);

interface Kept {
  readonly items: readonly { readonly shopper: string; readonly divergences: readonly { readonly legacy: object }[] }[];
}

const shopper = "447700900123";
/** Answers of this size are compared on a thread of their own. */
const padding = "x".repeat(10_000);

async function keptOf(sombra: Sombra): Promise<readonly Kept[]> {
  const { groups } = await sombra.get<{ groups: readonly { examples: readonly string[] }[] }>("/api/divergences");
  return Promise.all((groups[0]?.examples ?? []).map((id) => sombra.get<Kept>(`/api/exchanges/${id}`)));
}

test.each([
  ["here", ""],
  ["on a thread of its own", padding],
])(
  "a new key hashes without a restart what is compared %s, and who was hashed by either is erased",
  { timeout: 60_000 },
  async (_, pad) => {
    const legacy = opened.add(await startSide(json(200, { by: "legacy", pad })));
    const candidate = opened.add(await startSide(json(200, { by: "candidate", pad })));
    const directory = mkdtempSync(join(root, "data-"));
    const sombra = await opened.sombra({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      SOMBRA_DATA_DIR: directory,
      WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
    });
    await post(sombra.url, textFrom(shopper));
    await settled(sombra, 1);
    const before = (await readFile(join(directory, "hash-key"), "utf8")).trim();
    const rotated = await sombra.call("POST", "/api/hash-key/rotate?reason=somebody+left");
    expect(rotated.status).toBe(200);
    const answer = await rotated.text();
    const [after] = (await readFile(join(directory, "hash-key"), "utf8")).split(",");
    for (const key of [before, after]) expect(answer).not.toContain(key);
    // Until its time is there the key before hashes.
    const { in_force_at: from }: { in_force_at: string } = JSON.parse(answer);
    const left = Date.parse(from) - Date.now();
    expect(left).toBeGreaterThan(0);
    let sent = 1;
    const hashes = async (): Promise<readonly unknown[]> =>
      (await keptOf(sombra)).map(({ items }) => [items[0]?.shopper, items[0]?.divergences[0]?.legacy]);
    const send = async (): Promise<number> => {
      sent += 1;
      await post(sombra.url, textFrom(shopper));
      await settled(sombra, sent);
      return new Set((await hashes()).map((one) => JSON.stringify(one))).size;
    };
    await expect.poll(send, { timeout: 30_000, interval: 1_000 }).toBe(2);
    const seen = await hashes();
    const [oldest, latest] = [seen[0], seen.at(-1)];
    expect(latest).not.toEqual(oldest);
    for (const part of [0, 1]) expect(Object(latest)[part]).not.toEqual(Object(oldest)[part]);
    const erased = await sombra.call("POST", "/api/erase", { shopper });
    expect(await erased.json()).toMatchObject({ found: true, exchanges: sent, left: [] });
    expect(await keptOf(sombra)).toEqual([]);
    const audit = await sombra.get<{ entries: readonly object[] }>("/api/audit");
    expect(audit.entries).toContainEqual(expect.objectContaining({ subject: "ring", reason: "somebody left" }));
    expect(JSON.stringify(audit)).not.toContain(after);
  },
);
