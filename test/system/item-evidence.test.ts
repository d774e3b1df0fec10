import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { marks, type OwnEvidence } from "../../src/account/index.ts";
import { hashKeysIn } from "../../src/cli/serve/registry/hash-keys.ts";
import { createLegacyTies } from "../../src/cli/serve/effects/legacy-ties.ts";
import { createNotesLink } from "../../src/cli/serve/registry/notes-link.ts";
import { startDataPlane, type DataPlane } from "../../src/cli/serve/data/data-plane.ts";
import { snapshotOf, unknownYet } from "../../src/cli/serve/registry/flags.ts";
import { createKeyedHash } from "../../src/compare/index.ts";
import { load } from "../../src/cli/config/sample.ts";
import { createFlagCell, type FlagCell } from "../../src/flags/index.ts";
import type { EvidenceScope } from "../../src/model/index.ts";
import { Opened } from "../support/opened.ts";
import { startSide, type SideServer } from "../support/side.ts";

const opened = new Opened();
const directories: string[] = [];
afterEach(async () => {
  await opened.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const hashKey = "0".repeat(64);
const key = "WHATSAPP_CANONICAL_EVENTS_ENABLED";

/** Answers with this status, and a body that says which side it is where that is to differ. */
async function side(version: string, answer: { readonly status: number; readonly body: string }): Promise<SideServer> {
  return opened.add(
    await startSide((_request, response) => {
      response.writeHead(answer.status, { "content-type": "application/json", "x-app-version": version });
      response.end(answer.body);
    }),
  );
}

interface World {
  readonly plane: DataPlane;
  readonly cell: FlagCell;
  /** Puts this in force from now on. */
  readonly scoped: (id: string, more?: Partial<EvidenceScope>) => void;
  readonly post: (shopper: string) => Promise<void>;
  /** By population and scope, once so many items have ended. */
  readonly evidence: (items: number) => Promise<Readonly<Record<string, string>>>;
}

async function world(
  flags: Readonly<Record<string, string>>,
  answers: { readonly legacy: { status: number; body: string }; readonly candidate: { status: number; body: string } },
): Promise<World> {
  const legacy = await side("1.0", answers.legacy);
  const candidate = await side("2.0", answers.candidate);
  const dataDir = mkdtempSync(join(tmpdir(), "sombra-evidence-"));
  directories.push(dataDir);
  const file = `routes: [{profile: http, shopper: ["header:x-shopper-id"], settle: {quietMs: 50, maxMs: 500}, versions: {header: x-app-version}}]`;
  const config = load(
    {
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      SOMBRA_HOST: "127.0.0.1",
      SOMBRA_PORT: "0",
      SOMBRA_EGRESS_PORT: "0",
      SOMBRA_DATA_DIR: dataDir,
      SOMBRA_CONFIG: "sombra.yaml",
      ...flags,
    },
    { "sombra.yaml": file },
  );
  const told = { ...unknownYet(config), killed: false };
  const cell = createFlagCell(snapshotOf(config, told), {
    onError(error) {
      throw error;
    },
  });
  const fault = (operation: string, error: unknown): void => {
    throw new Error(`Fault in ${operation}`, { cause: error });
  };
  const plane = await startDataPlane({
    config,
    hashKeys: hashKeysIn(hashKey),
    flags: cell,
    sampler: () => false,
    traced: false,
    egressSeen: { get: () => true, set: () => undefined },
    ties: createLegacyTies(null, () => undefined),
    notes: createNotesLink({ send: () => undefined, isUp: () => false, now: Date.now }),
    fault,
    expected: new Set(),
    lastRunMs: null,
    log: () => undefined,
  });
  opened.add({ close: () => plane.close() });
  let version = 1;
  const words = (counts: readonly number[]): string =>
    marks.flatMap((mark, at) => ((counts[at] ?? 0) > 0 ? [`${mark}=${counts[at]}`] : [])).join(" ");
  return {
    plane,
    cell,
    scoped(id, more = {}) {
      version += 1;
      const scopes = new Map([["default", { id, lateMs: null, slowMs: null, overMs: null, shed: false, ...more }]]);
      cell.replace(snapshotOf(config, { ...told, version, scopes }));
    },
    async post(shopper) {
      const response = await fetch(`http://127.0.0.1:${plane.proxy.port}/`, {
        method: "POST",
        body: "{}",
        headers: { "x-shopper-id": shopper },
      });
      await response.arrayBuffer();
    },
    async evidence(items) {
      const all: OwnEvidence[] = [];
      const ended = (): number => {
        all.push(...plane.tally.drain(Date.now(), { pending: {}, gauges: [] }).evidence);
        return all
          .filter(({ stream }) => stream.population.startsWith("served"))
          .reduce((sum, { raw }) => sum + (raw[0] ?? 0), 0);
      };
      await expect.poll(ended, { timeout: 30_000, interval: 20 }).toBe(items);
      const sums = new Map<string, number[]>();
      for (const { stream, cells } of all) {
        const name = `${stream.scope} ${stream.population} ${stream.legacyVersion}/${stream.candidateVersion}`;
        sums.set(
          name,
          cells.map((n, at) => n + (sums.get(name)?.[at] ?? 0)),
        );
      }
      return Object.fromEntries([...sums].map(([name, counts]) => [name, words(counts)]));
    },
  };
}

const fine = { status: 200, body: '{"a":1}' };
const shadow = { [key]: "true", WHATSAPP_DUAL_RUN: "false" };

describe("evidence of deliveries", { timeout: 60_000 }, () => {
  it("is of the scope that was in force when each was decided, and of none before", async () => {
    const { post, scoped, evidence } = await world(shadow, { legacy: fine, candidate: fine });
    await post("ana");
    scoped("r.1");
    await post("ana");
    await post("ana");
    await post("bia");
    scoped("r.2");
    await post("ana");
    expect(await evidence(4)).toEqual({
      "r.1 pairs 1.0/2.0": "item=2",
      "r.1 served-legacy 1.0/2.0": "item=2",
      "r.2 pairs 1.0/2.0": "item=1",
      "r.2 served-legacy 1.0/2.0": "item=1",
    });
  });

  it("says of pairs who failed and what differed, by what the sides really answered", async () => {
    const { post, scoped, evidence } = await world(shadow, { legacy: fine, candidate: { status: 500, body: "{}" } });
    scoped("r.1");
    await post("ana");
    const found = await evidence(1);
    expect(found["r.1 pairs 1.0/2.0"]).toBe("item=1 candidate-failed=1 minor=1 major=1 critical=1");
    expect(found["r.1 served-legacy 1.0/2.0"]).toBe("item=1");
  });

  it("counts whoever is not compared as held out, and everybody while the kill switch is thrown", async () => {
    const flags = { ...shadow, [`${key}_DENYLIST`]: "ana" };
    const { post, scoped, evidence, cell } = await world(flags, { legacy: fine, candidate: fine });
    scoped("r.1", { slowMs: 0 });
    await post("bia");
    await evidence(1);
    await post("ana");
    cell.kill();
    await post("cid");
    expect(await evidence(2)).toEqual({
      "r.1 held-out 1.0/2.0": "item=2 slow=2",
      "r.1 served-legacy 1.0/2.0": "item=2 slow=2",
    });
  });

  it("compares nobody once it is shed, whoever answers, and compares again once it is not", async () => {
    const flags = {
      ...shadow,
      WHATSAPP_CANONICAL_SHADOW_MODE_DENYLIST: "ana",
      WHATSAPP_DUAL_RUN_DENYLIST: "ana",
    };
    const { post, scoped, evidence } = await world(flags, { legacy: fine, candidate: fine });
    scoped("r.1", { shed: true });
    for (const shopper of ["ana", "bia"]) await post(shopper);
    expect(await evidence(2)).toEqual({
      "r.1 held-out 1.0/2.0": "item=1",
      "r.1 served-candidate /2.0": "item=1",
      "r.1 served-legacy 1.0/2.0": "item=1",
    });
    scoped("r.2");
    await post("bia");
    expect(await evidence(1)).toMatchObject({ "r.2 pairs 1.0/2.0": "item=1" });
  });

  it("forgets who an item was of where somebody is erased, and keeps what was counted", async () => {
    const { post, scoped, evidence, plane } = await world(shadow, { legacy: fine, candidate: fine });
    scoped("r.1");
    await post("ana");
    await evidence(1);
    const ana = createKeyedHash(hashKey)("ana");
    plane.forget([ana]);
    const drained = plane.tally.drainArchive(Date.now(), {}).evidence;
    expect(drained.map(({ raw, cells }) => [raw[0], cells])).toEqual([
      [1, []],
      [1, []],
    ]);
  });

  it("says whom the candidate answered", async () => {
    const flags = { ...shadow, WHATSAPP_CANONICAL_SHADOW_MODE: "false" };
    const failing = { status: 503, body: "{}" };
    const { post, scoped, evidence } = await world(flags, { legacy: fine, candidate: failing });
    scoped("r.1");
    await post("ana");
    expect(await evidence(1)).toEqual({ "r.1 served-candidate /2.0": "item=1 failed=1" });
  });
});
