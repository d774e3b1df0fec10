import { readFile } from "node:fs/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import type { Sombra } from "../support/sombra.ts";

const root = mkdtempSync(join(tmpdir(), "sombra-hash-key-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
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

// A key's time is seconds from now: both wait for theirs at once.
test.concurrent.for([
  ["here", ""],
  ["on a thread of its own", padding],
])(
  "a new key hashes without a restart what is compared %s, and who was hashed by either is erased",
  { timeout: 60_000 },
  async ([, pad], { onTestFinished }) => {
    const opened = new Opened();
    onTestFinished(opened.close);
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
    /** How many hashes there are of the shopper, and how many of legacy's value: each thread has the key at its own moment. */
    const send = async (): Promise<readonly number[]> => {
      sent += 1;
      await post(sombra.url, textFrom(shopper));
      await settled(sombra, sent);
      const items = (await keptOf(sombra)).map((kept) => kept.items[0]);
      const hashes = [items.map((item) => item?.shopper), items.map((item) => item?.divergences[0]?.legacy)];
      return hashes.map((of) => new Set(of.map((one) => JSON.stringify(one))).size);
    };
    await expect.poll(send, { timeout: 30_000, interval: 1_000 }).toEqual([2, 2]);
    const erased = await sombra.call("POST", "/api/erase", { shopper });
    expect(await erased.json()).toMatchObject({ found: true, exchanges: sent, left: [] });
    expect(await keptOf(sombra)).toEqual([]);
    const audit = await sombra.get<{ entries: readonly object[] }>("/api/audit");
    expect(audit.entries).toContainEqual(expect.objectContaining({ subject: "ring", reason: "somebody left" }));
    expect(JSON.stringify(audit)).not.toContain(after);
  },
);
