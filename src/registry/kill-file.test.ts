import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKillFile } from "./kill-file.ts";
import type { LocalKill } from "./known.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sombra-kill-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, "data", "kill-pending.json");
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
    expect(existsSync(path())).toBe(false);
    expect(await file.read()).toBeNull();
  });

  it("keeps to the order of what it was told, however fast", async () => {
    const file = createKillFile(path(), Date.now);
    await Promise.all([file.write(kill), file.write(null), file.write(kill), file.write(null)]);
    expect(await file.read()).toBeNull();
  });

  it.each(["", "{", '{"kill": true}'])("is a kill also where the file holds `%s`", async (text) => {
    const file = createKillFile(path(), () => Date.parse("2026-02-03T04:05:06.000Z"));
    await file.write(kill);
    writeFileSync(path(), text);
    const noted = await file.read();
    expect(noted?.problem).toBe(`${path()} is damaged: that a kill was thrown is all it tells`);
    expect(noted?.kill.kill).toMatchObject({ at: "2026-02-03T04:05:06.000Z", by: "unknown" });
  });
});
