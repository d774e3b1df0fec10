import { Readable } from "node:stream";
import { appSecret, startDemo, type DemoWorld } from "../../src/cli/commands/demo-world.ts";
import { settledLedger } from "../../src/cli/commands/demo-report.ts";
import type { Context } from "../../src/cli/commands/command.ts";
import { deliveries, send } from "../../src/demo/index.ts";
import { startBrowser, type OpenOptions, type Tab, type Tabs } from "./browser.ts";

/** A running Sombra with what the demo's traffic left in it, and a browser: for all browser tests of a run. */
export interface World extends AsyncDisposable {
  readonly demo: DemoWorld;
  readonly browser: Tabs;
  open(path: string, options?: OpenOptions): Promise<Tab>;
  /** Delivers so many messages more, and waits until they are compared. */
  readonly deliver: (count: number) => Promise<void>;
}

const nowhere = { write: () => true };
/** A command that nobody reads. */
const context: Context = {
  env: {},
  arguments: [],
  onKill: () => {},
  stdin: Readable.from([]),
  stdout: nowhere,
  stderr: nowhere,
};

export async function startWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const [demo, browser] = await Promise.all([startDemo({ context, adminPort: 0, passesTrace: true }), startBrowser()]);
  stack.use(demo);
  stack.use(browser);
  let sent = 0;
  const deliver = async (count: number): Promise<void> => {
    const all = deliveries({ seed: `browser ${sent}`, appSecret }).slice(0, count);
    sent += 1;
    for (const delivery of all) await send(demo.base, delivery);
    await settledLedger(demo.admin);
  };
  await deliver(Number.POSITIVE_INFINITY);
  const started = stack.move();
  return {
    demo,
    browser,
    deliver,
    async open(path, options) {
      const tab = await browser.open(demo.admin, options);
      await tab.go(path);
      return tab;
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
