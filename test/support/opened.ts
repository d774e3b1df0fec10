import { startSombra, type Sombra } from "./sombra.ts";

/** What a test opens: ended together by `close`, which hands itself to `afterEach` or `afterAll`. */
export class Opened {
  #open: { close(): Promise<unknown> }[] = [];

  add<T extends { close(): Promise<unknown> }>(one: T): T {
    this.#open.push(one);
    return one;
  }

  async sombra(env: Readonly<Record<string, string>>): Promise<Sombra> {
    const sombra = await startSombra(env);
    this.add({ close: () => sombra.stop() });
    return sombra;
  }

  readonly close = async (): Promise<void> => {
    const open = this.#open;
    this.#open = [];
    await Promise.all(open.map((one) => one.close()));
  };
}
