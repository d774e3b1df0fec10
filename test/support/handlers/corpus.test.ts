/** Hands webhook bodies of public repositories to both handlers; skipped where they are absent. */
import { describe, expect, it } from "vitest";
import { corpus } from "./corpus.ts";
import { drive, inShort, setUp } from "./drive.ts";
import { payloadsPresent } from "./payloads.ts";

describe.skipIf(!payloadsPresent)("the bodies of public repositories, handed to both handlers", () => {
  it("have ids of their own", () => {
    const bodies = corpus(setUp.appSecret).map(({ body }) => body.toString());
    const ids = bodies.flatMap((body) => [...body.matchAll(/"id":"([^"]+\.\d+\.\d+)"/g)].map(([, id]) => id));
    expect(bodies).toHaveLength(136);
    expect(ids.length).toBeGreaterThan(100);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("are dealt with as their packages do", async () => {
    const deliveries = corpus(setUp.appSecret);
    const [legacy, candidate] = await Promise.all([drive("legacy", deliveries), drive("candidate", deliveries)]);
    const pairs = legacy.map((deed, at) => {
      const other = candidate[at];
      return `${inShort(deed)} / ${other === undefined ? "nothing" : inShort(other)}`;
    });
    const counts = Object.groupBy(pairs, (pair) => pair);
    expect(Object.fromEntries(Object.entries(counts).map(([pair, all = []]) => [pair, all.length]))).toEqual({
      "200 x0 / 200 x0": 58,
      "200 x1 / 200 x1": 39,
      // Kinds the candidate's package leaves alone: contacts, orders, flow replies, system, unsupported, edits.
      "200 x1 / 200 x0": 17,
      // Changes without metadata, over which legacy's package stumbles.
      "500 x0 / 200 x0": 22,
    });
  });
});
