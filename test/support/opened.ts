import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSombra, type Sombra } from "./sombra.ts";

/** What a test opens: ended together by `close`, which hands itself to `afterEach` or `afterAll`. */
export class Opened {
  #open: { close(): Promise<unknown> }[] = [];
  #directories: string[] = [];

  add<T extends { close(): Promise<unknown> }>(one: T): T {
    this.#open.push(one);
    return one;
  }

  async sombra(env: Readonly<Record<string, string>>): Promise<Sombra> {
    const sombra = await startSombra(env);
    this.add({ close: () => sombra.stop() });
    return sombra;
  }

  /** A new directory, which goes when everything else has ended: a process writes there until then. */
  directory(prefix: string): string {
    const path = mkdtempSync(join(tmpdir(), prefix));
    this.#directories.push(path);
    return path;
  }

  readonly close = async (): Promise<void> => {
    const [open, directories] = [this.#open, this.#directories];
    [this.#open, this.#directories] = [[], []];
    await Promise.all(open.map((one) => one.close()));
    await Promise.all(directories.map((path) => rm(path, { recursive: true, force: true })));
  };
}
