import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { limitFiles, mountDisk, type SmallDisk } from "../support/disk.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";
import { failedStart, startSombra, type Sombra } from "../support/sombra.ts";

const shopper = "447700900101";
const enabledFlag = "WHATSAPP_CANONICAL_EVENTS_ENABLED";
const cutover = { [enabledFlag]: "true", WHATSAPP_CANONICAL_SHADOW_MODE: "false", WHATSAPP_DUAL_RUN: "false" };
/** What a noted kill takes, which is there beforehand. */
const roomBytes = 16_384;

let open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  // The last opened goes first: a Sombra before its disk.
  for (const one of open.toReversed()) await one.close();
  open = [];
});

const keep = <T extends { close(): Promise<unknown> }>(one: T): T => {
  open.push(one);
  return one;
};

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "sombra-full-"));
  keep({ close: () => rm(path, { recursive: true, force: true }) });
  return path;
}

async function sides(): Promise<Readonly<Record<string, string>>> {
  const legacy = keep(await startSide(json(200, { by: "legacy" })));
  const candidate = keep(await startSide(json(200, { by: "candidate" })));
  return { SOMBRA_LEGACY_URL: legacy.url, SOMBRA_CANDIDATE_URL: candidate.url };
}

async function instance(env: Readonly<Record<string, string>>, fileBytes?: number): Promise<Sombra> {
  const sombra = await startSombra(env, (child) => {
    if (fileBytes !== undefined) limitFiles(child.pid ?? 0, { fileBytes });
  });
  keep({ close: () => sombra.stop() });
  return sombra;
}

async function kill9(sombra: Sombra): Promise<void> {
  sombra.signal("SIGKILL");
  await sombra.exited;
}

const whoAnswers = async (sombra: Sombra): Promise<string> => {
  const { by }: { by: string } = JSON.parse(await (await post(sombra.url, textFrom(shopper))).text());
  return by;
};
const noted = (dataDir: string): string => readFileSync(join(dataDir, "kill-pending.json"), "utf8").trim();
const hasRoom = (dataDir: string): Promise<void> =>
  expect
    .poll(() => readdirSync(dataDir).includes("kill-pending.json") && statSync(join(dataDir, "kill-pending.json")).size)
    .toBe(roomBytes);
const degraded = (sombra: Sombra, fits: (line: string) => boolean): Promise<unknown> =>
  sombra.until<{ degraded: readonly string[] }>("/readyz", (ready) => ready.degraded.some(fits));
const sound = (sombra: Sombra): Promise<unknown> =>
  sombra.until<{ degraded: readonly string[] }>("/readyz", (ready) => ready.degraded.length === 0);
const killsShared = (sombra: Sombra): Promise<unknown> =>
  sombra.until<{ entries: readonly { action: string }[] }>("/api/audit", ({ entries }) =>
    entries.some(({ action }) => action === "kill"),
  );

/** `onDisk` with a small disk of its own; where nothing can be mounted, `otherwise`, and a word that is not overlooked. */
async function withDisk(onDisk: (disk: SmallDisk) => Promise<void>, otherwise: () => Promise<void>): Promise<void> {
  const disk = mountDisk(4 * 1_048_576);
  if (disk !== null) return onDisk(keep(disk));
  process.stderr.write("\nNO FULL DISK WAS TESTED: nothing can be mounted here; limits on files stood in for it\n\n");
  return otherwise();
}

describe("a kill on a disk that has become full", { timeout: 40_000 }, () => {
  async function withoutFiles(): Promise<void> {
    const env = { ...(await sides()), ...cutover, SOMBRA_DATA_DIR: await directory() };
    const first = await instance(env);
    await hasRoom(env.SOMBRA_DATA_DIR);
    expect(await whoAnswers(first)).toBe("candidate");
    // Nor are connections taken any more: the order comes by signal.
    limitFiles(first.pid, { fileBytes: roomBytes, openFiles: 3 });
    first.signal("SIGUSR2");
    await expect.poll(() => noted(env.SOMBRA_DATA_DIR)).toContain("SIGUSR2");
    await kill9(first);
    const second = await instance(env);
    expect(await whoAnswers(second)).toBe("legacy");
    await killsShared(second);
    expect(await (await second.call("DELETE", "/api/kill")).json()).toMatchObject({ was: true, killed: false });
    expect(await whoAnswers(second)).toBe("candidate");
  }

  async function onFullDisk(disk: SmallDisk): Promise<void> {
    const env = { ...(await sides()), ...cutover, SOMBRA_DATA_DIR: join(disk.path, "data") };
    const first = await instance(env);
    await hasRoom(env.SOMBRA_DATA_DIR);
    expect(await whoAnswers(first)).toBe("candidate");
    disk.fill();
    const answer = await first.call("POST", "/api/kill?reason=full");
    const told: { why: string } = JSON.parse(await answer.text());
    expect([answer.status, told]).toEqual([200, expect.objectContaining({ killed: true, shared: false })]);
    expect(told.why).toContain("the disk is full");
    expect(told.why).not.toContain("forgets");
    await kill9(first);
    const second = await instance(env);
    expect(await whoAnswers(second)).toBe("legacy");
    await kill9(second);
    const third = await instance(env);
    expect(await whoAnswers(third)).toBe("legacy");
    disk.free();
    await sound(third);
    await killsShared(third);
    await expect.poll(() => noted(env.SOMBRA_DATA_DIR)).toBe("null");
    expect(await (await third.call("DELETE", "/api/kill")).json()).toMatchObject({ killed: false, shared: true });
    expect(await whoAnswers(third)).toBe("candidate");
  }

  test("survives kill -9 where no file grows and none can be opened", withoutFiles);

  test("survives kill -9, again and again, until the disk has room and the store is told", () =>
    withDisk(onFullDisk, withoutFiles));
});

describe("a first start on a disk that takes nothing", () => {
  const goesOn = async (sombra: Sombra, code: RegExp): Promise<void> => {
    expect(await whoAnswers(sombra)).toBe("candidate");
    const { message } = await sombra.line(({ alarm }) => alarm === "data-dir");
    expect(message).toMatch(code);
    await degraded(sombra, (line) => line.startsWith("The store (sqlite) is not up"));
    await degraded(sombra, (line) => line.startsWith("A restart may forget what is known: there is no room to note a"));
    expect(await (await sombra.call("POST", "/api/kill")).json()).toMatchObject({
      killed: true,
      shared: false,
      why: expect.stringContaining("a restart forgets it"),
    });
    expect(await whoAnswers(sombra)).toBe("legacy");
  };

  async function withoutFiles(): Promise<void> {
    const sombra = await instance({ ...(await sides()), ...cutover }, 0);
    await goesOn(sombra, /SOMBRA_DATA_DIR.*: EFBIG/);
  }

  async function onFullDisk(disk: SmallDisk, folders: readonly string[]): Promise<void> {
    const env = { ...(await sides()), ...cutover, SOMBRA_DATA_DIR: join(disk.path, ...folders) };
    disk.fill();
    const sombra = await instance(env);
    await goesOn(sombra, /SOMBRA_DATA_DIR.*: ENOSPC/);
    disk.free();
    await sound(sombra);
    await killsShared(sombra);
    expect(readdirSync(env.SOMBRA_DATA_DIR)).toEqual(expect.arrayContaining(["hash-key", "sombra.db"]));
  }

  test("goes on in memory where no file can be written", withoutFiles);

  test.each([
    ["is full", []],
    ["is full and the directory is not there", ["data", "deep"]],
  ])("goes on in memory where the disk %s, and keeps everything once there is room", (_what, folders) =>
    withDisk((disk) => onFullDisk(disk, folders), withoutFiles),
  );

  test.each([
    ["is a file", process.execPath],
    ["has a name that is too long", `/${"x".repeat(300)}`],
  ])("is refused where the path %s, which no room mends", async (_what, dataDir) => {
    const { code, stderr } = await failedStart({ ...(await sides()), SOMBRA_DATA_DIR: dataDir });
    expect([code, stderr]).toEqual([1, expect.stringContaining(`SOMBRA_DATA_DIR: cannot keep anything in ${dataDir}`)]);
  });
});
