import { mkdtempSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startLastRun } from "./last-run.ts";

const dir = mkdtempSync(join(tmpdir(), "sombra-last-run-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const seen = (): number => statSync(join(dir, "last-run"), { throwIfNoEntry: false })?.mtimeMs ?? 0;

test("nobody ran in a new directory; whoever runs there is seen again and again, until it stops", async () => {
  const first = startLastRun(dir);
  expect(first.agoMs).toBeNull();
  await expect.poll(seen).toBeGreaterThan(0);
  const began = seen();
  await expect.poll(seen, { timeout: 20_000 }).toBeGreaterThan(began);
  first.stop();
  const next = startLastRun(dir);
  next.stop();
  expect(next.agoMs).toBe(0);
});

test("how long ago it was is told with some seconds for what was not said any more", async () => {
  await expect.poll(seen).toBeGreaterThan(0);
  utimesSync(join(dir, "last-run"), 0, Date.now() / 1000 - 60);
  const later = startLastRun(dir);
  later.stop();
  expect(later.agoMs).toBeGreaterThan(54_000);
  expect(later.agoMs).toBeLessThan(56_000);
});

test("where it cannot be told somebody may have run just now", () => {
  rmSync(join(dir, "last-run"), { force: true });
  symlinkSync("last-run", join(dir, "last-run"));
  const blind = startLastRun(dir);
  blind.stop();
  expect(blind.agoMs).toBe(0);
});
