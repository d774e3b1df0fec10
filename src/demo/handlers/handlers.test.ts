import { describe, expect, it } from "vitest";
import { drive, inShort, setUp } from "../../../test/support/handlers/drive.ts";
import { deliveries, handshake, signed } from "../deliveries.ts";
import { startGraph } from "../graph.ts";
import { send } from "../send.ts";
import { type HandlerName, serve } from "./serve.ts";
import { startCandidate, startLegacy } from "./start.ts";

const all = deliveries({ seed: "handlers", appSecret: setUp.appSecret });

/** Deliveries with which the two do not do the same: status and sends of legacy, of the candidate. */
const differing: Readonly<Record<string, readonly [string, string]>> = {
  // The reply is too long for one message: the one throws, the other sends two.
  "long text": ["500 x0", "200 x2"],
  // The candidate's package leaves these kinds alone.
  contacts: ["200 x1", "200 x0"],
  "flow reply": ["200 x1", "200 x0"],
  order: ["200 x1", "200 x0"],
  edit: ["200 x1", "200 x0"],
  revoke: ["200 x1", "200 x0"],
  unsupported: ["200 x1", "200 x0"],
  "number changed": ["200 x1", "200 x0"],
  // Legacy's package reads the first item of a delivery alone.
  "batch of one shopper": ["200 x1", "200 x2"],
  "batch of two shoppers": ["200 x1", "200 x2"],
  "batch of a status and a message": ["200 x0", "200 x1"],
  // It stumbles over changes without metadata.
  "account update": ["500 x0", "200 x0"],
  "template approved": ["500 x0", "200 x0"],
  "capability update": ["500 x0", "200 x0"],
  "flow status": ["500 x0", "200 x0"],
};

const withoutReply = /^status |^echo$|^error$/;

describe("the two handlers", () => {
  it.each([
    ["legacy", 0],
    ["candidate", 1],
  ] as const)("do what their packages do: %s", async (name, at) => {
    const alike = (delivery: string) => (withoutReply.test(delivery) ? "200 x0" : "200 x1");
    const deeds = await drive(name, all);
    expect(deeds.map((deed) => `${deed.name}: ${inShort(deed)}`)).toEqual(
      all.map((delivery) => `${delivery.name}: ${differing[delivery.name]?.[at] ?? alike(delivery.name)}`),
    );
  });

  it("reply with the same words to the same shopper", async () => {
    const same = all.filter(({ name }) => !(name in differing));
    const repliesOf = async (name: HandlerName) => (await drive(name, same)).flatMap(({ calls }) => calls);
    const [legacy, candidate] = await Promise.all([repliesOf("legacy"), repliesOf("candidate")]);
    expect(legacy.length).toBeGreaterThan(15);
    // These members differ by package alone.
    const plain = (json: unknown): unknown =>
      JSON.parse(
        JSON.stringify(json, (key, value: unknown) => (/^(recipient|preview_url)$/.test(key) ? undefined : value)),
      );
    expect(candidate.map(({ path, json }) => [path, plain(json)])).toEqual(
      legacy.map(({ path, json }) => [path, plain(json)]),
    );
  });

  it.each(["legacy", "candidate"] as const)("refuse what is not signed or not verified: %s", async (name) => {
    await using graph = await startGraph();
    await using handler = await serve(name, { ...setUp, graphUrl: graph.url });
    const verified = await send(handler.url, handshake(setUp.verifyToken, "1158201444"));
    expect([verified.status, verified.body.toString()]).toEqual([200, "1158201444"]);
    expect((await send(handler.url, handshake("wrong", "1"))).status).toBe(403);
    const forged = signed("forged", { entry: [] }, "another secret");
    expect((await send(handler.url, forged)).status).toBe(401);
    expect(graph.calls).toEqual([]);
  });
});

describe("a handler in a process of its own", () => {
  it.each([
    ["legacy", startLegacy],
    ["candidate", startCandidate],
  ])("answers and sends until it is stopped: %s", async (_, start) => {
    await using graph = await startGraph();
    await using handler = await start({ ...setUp, graphUrl: graph.url });
    const [first] = all;
    if (first === undefined) throw new Error("No delivery to send");
    expect((await send(handler.url, first)).status).toBe(200);
    await graph.reached(1);
    await handler.stop();
    await expect(send(handler.url, first)).rejects.toThrow("ECONNREFUSED");
  });

  it("says when it cannot start", async () => {
    await using graph = await startGraph();
    const port = Number(new URL(graph.url).port);
    await expect(startLegacy({ ...setUp, graphUrl: graph.url, port })).rejects.toThrow(
      /^Cannot start the legacy handler: .*EADDRINUSE/s,
    );
  });
});
