import { mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLastRun } from "./last-run.ts";

// Each its own: what was begun to be written at a stop may come after it.
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sombra-last-run-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));

const file = (): string => join(dir, "last-run");
const seen = (): number => statSync(file(), { throwIfNoEntry: false })?.mtimeMs ?? 0;

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

test("how long ago it was is told with some seconds for what was not said any more", () => {
  writeFileSync(file(), "");
  utimesSync(file(), 0, Date.now() / 1000 - 60);
  const later = startLastRun(dir);
  later.stop();
  expect(later.agoMs).toBeGreaterThan(54_000);
  expect(later.agoMs).toBeLessThan(56_000);
});

test("where it cannot be told somebody may have run just now", () => {
  symlinkSync("last-run", file());
  const blind = startLastRun(dir);
  blind.stop();
  expect(blind.agoMs).toBe(0);
});
