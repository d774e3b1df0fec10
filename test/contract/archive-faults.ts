import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Archive } from "../../src/account/index.ts";

const writer = fileURLToPath(new URL("archive-writer.ts", import.meta.url));

/** Processes that write at once, each killed in the middle of it; how many batches each said to be kept. */
export async function killedWriters(address: string, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const ended = names.map(async (name, at) => {
    const child = spawn(process.execPath, [writer, address, name], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    let said = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      said = Number(line);
      if (said >= 20 + 7 * at) child.kill("SIGKILL");
    }
    await exited;
    return [name, said] as const;
  });
  return new Map(await Promise.all(ended));
}

/** Every batch is there whole or not at all: at most one of each writer was not said. */
export async function expectWhole(archive: Archive, said: ReadonlyMap<string, number>): Promise<void> {
  const sum = [...said.values()].reduce((total, n) => total + n, 0);
  const { received, cells } = await archive.ledger();
  expect(received).toBeGreaterThanOrEqual(sum);
  expect(received).toBeLessThanOrEqual(sum + said.size);
  expect(cells).toEqual({ compared: received, critical: received, major: 0, minor: 0 });
  const [evidence] = await archive.evidence("r.1");
  expect(evidence).toMatchObject({
    slots: [{ raw: expect.objectContaining({ 0: received }), cells: expect.objectContaining({ 0: received }) }],
    shoppers: { count: received },
  });
  const group = await archive.group("a");
  expect(group).toMatchObject({ count: received, cells: received, shoppers: received });
  for (const id of group?.examples ?? []) expect(await archive.exchange(id)).toMatchObject({ exchange: id });
  expect(group?.examples).toHaveLength(20);
}
