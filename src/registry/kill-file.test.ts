import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKillFile, ROOM_BYTES } from "./kill-file.ts";
import type { LocalKill } from "./registry.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sombra-kill-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, "data", "kill-pending.json");

/** Paths of the files that this process has open. */
const openFiles = (): readonly string[] =>
  readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // That of the folder itself is closed by now.
      return [];
    }
  });
const kill: LocalKill = {
  kill: { at: "2026-01-02T03:04:05.000Z", by: "signal:SIGUSR2", reason: null },
  actor: { kind: "signal", name: "SIGUSR2" },
  reason: null,
};

describe("a noted kill", () => {
  it("comes back as it was, and not once it was crossed out", async () => {
    const file = createKillFile(path(), Date.now);
    await file.write(kill);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(await createKillFile(path(), Date.now).read()).toEqual({ kill, problem: null });
    await file.write(null);
    expect(await file.read()).toBeNull();
    await file.close();
  });

  it("keeps to the order of what it was told, however fast", async () => {
    const file = createKillFile(path(), Date.now);
    await Promise.all([file.write(kill), file.write(null), file.write(kill), file.write(null)]);
    expect(await file.read()).toBeNull();
    await file.close();
  });

  it("finds its room taken beforehand, and is written in place", async () => {
    const file = createKillFile(path(), Date.now);
    await file.reserve();
    const { ino, size, blocks } = statSync(path());
    expect([size, blocks * 512]).toEqual([ROOM_BYTES, ROOM_BYTES]);
    expect(readdirSync(join(folder, "data"))).toEqual(["kill-pending.json"]);
    expect(await file.read()).toBeNull();
    await file.write({
      ...kill,
      reason: "\u0001".repeat(1_000),
      kill: { ...kill.kill, reason: "\u0001".repeat(1_000) },
    });
    expect((await file.read())?.kill.reason).toHaveLength(1_000);
    await file.write(kill);
    expect(await file.read()).toEqual({ kill, problem: null });
    expect(statSync(path())).toMatchObject({ ino, size, blocks });
    await file.close();
  });

  it("that is too long for its room stays a kill, without its reason", async () => {
    const file = createKillFile(path(), Date.now);
    await file.write({ ...kill, reason: "x".repeat(ROOM_BYTES) });
    expect(await file.read()).toEqual({ kill, problem: null });
    expect(statSync(path()).size).toBe(ROOM_BYTES);
    await file.close();
  });

  it("of a Sombra that took no room keeps what it says, and gets its room", async () => {
    mkdirSync(join(folder, "data"));
    writeFileSync(path(), JSON.stringify(kill));
    const file = createKillFile(path(), Date.now);
    await file.reserve();
    expect(statSync(path()).size).toBe(ROOM_BYTES);
    expect(await file.read()).toEqual({ kill, problem: null });
    await file.close();
  });

  it("is in one file for all processes that share the folder, whoever makes it", async () => {
    const files = Array.from({ length: 8 }, () => createKillFile(path(), Date.now));
    await Promise.all(files.map((file) => file.reserve()));
    await files[0]?.write(kill);
    for (const file of files) expect((await file.read())?.kill).toEqual(kill);
    await files[7]?.write(null);
    for (const file of files) expect(await file.read()).toBeNull();
    expect(readdirSync(join(folder, "data"))).toEqual(["kill-pending.json"]);
    await Promise.all(files.map((file) => file.close()));
  });

  it("is written anew where somebody moved the file away", async () => {
    const file = createKillFile(path(), Date.now);
    await file.reserve();
    renameSync(path(), `${path()}.away`);
    await file.write(kill);
    expect(await createKillFile(path(), Date.now).read()).toEqual({ kill, problem: null });
    expect(readFileSync(`${path()}.away`, "utf8").trim()).toBe("null");
    await file.close();
  });

  it("is written and not kept open where that is asked for after the end, and nothing is made for later", async () => {
    const file = createKillFile(path(), Date.now);
    await file.close();
    await file.reserve();
    expect(existsSync(path())).toBe(false);
    await file.write(kill);
    expect(await file.read()).toEqual({ kill, problem: null });
    expect(openFiles()).not.toContain(path());
    const held = createKillFile(path(), Date.now);
    await held.reserve();
    expect(openFiles()).toContain(path());
    await held.close();
  });

  it.each(["", "{", '{"kill": true}'])("is a kill also where the file holds `%s`", async (text) => {
    const file = createKillFile(path(), () => Date.parse("2026-02-03T04:05:06.000Z"));
    await file.write(kill);
    writeFileSync(path(), text);
    const noted = await file.read();
    expect(noted?.problem).toBe(`${path()} is damaged: that a kill was thrown is all it tells`);
    expect(noted?.kill.kill).toMatchObject({ at: "2026-02-03T04:05:06.000Z", by: "unknown" });
    await file.close();
  });
});
