import { expect, it } from "vitest";
import { drive, setUp } from "../../../test/support/handlers/drive.ts";
import { deliveries } from "../../demo/index.ts";
import type { Effect } from "../../model/index.ts";
import { effectOf } from "../../whatsapp/index.ts";
import { said } from "./sample.ts";

const all = deliveries({ seed: "handlers", appSecret: setUp.appSecret });

/** Deliveries of which the packages make something else. */
const differing: Readonly<Record<string, readonly string[]>> = {
  // Too long for one message: legacy's package throws, the candidate's sends two.
  "long text": ["critical extra /effects/send.text/0", "critical extra /effects/send.text/1"],
  contacts: ["critical missing /effects/send.text/0"],
  "flow reply": ["critical missing /effects/send.text/0"],
  order: ["critical missing /effects/send.text/0"],
  edit: ["critical missing /effects/send.text/0"],
  revoke: ["critical missing /effects/send.text/0"],
  unsupported: ["critical missing /effects/send.text/0"],
  "number changed": ["critical missing /effects/send.text/0"],
  // Legacy's package reads the first item alone.
  "batch of one shopper": ["critical extra /effects/send.text/1"],
  "batch of two shoppers": ["critical extra /effects/send.text/1"],
  "batch of a status and a message": ["critical extra /effects/send.text/0"],
};

async function effectsBy(side: "legacy" | "candidate"): Promise<ReadonlyMap<string, readonly Effect[]>> {
  const deeds = await drive(side, all);
  return new Map(
    deeds.map(({ name, calls }) => [
      name,
      calls.map(({ method, path, json }) =>
        effectOf({
          side,
          upstream: "graph",
          method,
          target: path,
          contentType: "application/json",
          body: Buffer.from(JSON.stringify(json)),
          digest: null,
          answer: { status: 200, body: null },
          atMs: 0,
          disposition: side === "legacy" ? "released" : "held",
          traceId: null,
          exchange: null,
        }),
      ),
    ]),
  );
}

it("what both real handlers send differs where their packages do, and in nothing else", async () => {
  const [legacy, candidate] = await Promise.all([effectsBy("legacy"), effectsBy("candidate")]);
  const found = all.map(({ name }) => [name, said(legacy.get(name) ?? [], candidate.get(name) ?? [])]);
  expect(found).toEqual(all.map(({ name }) => [name, differing[name] ?? []]));
  expect(found.filter(([, divergences]) => divergences?.length === 0).length).toBeGreaterThan(15);
});
