/** A comparison that does not end, or ends its thread, costs one item its verdict, and nobody an answer. */
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { figure, settled } from "../support/figures.ts";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom } from "../support/side.ts";

const opened = new Opened();
afterEach(opened.close);

const stuck = fileURLToPath(new URL("../support/stuck.ts", import.meta.url));
/** Too large to be compared on the thread that carries the traffic. */
const padding = "x".repeat(20_000);

test.each([
  ["does not end", "never read to its end", "JobTimedOut"],
  ["ends its thread", "the end of its thread", "ComputeThreadFailed"],
])(
  "a comparison that %s is ended, counted and told of, and the next one is made",
  async (_what, said, error) => {
    let note = said;
    const legacy = opened.add(await startSide(json(200, { ok: true, padding })));
    const candidate = opened.add(
      await startSide((request, response) => json(200, { ok: false, padding, notes: [note] })(request, response)),
    );
    const sombra = await opened.sombra({
      SOMBRA_LEGACY_URL: legacy.url,
      SOMBRA_CANDIDATE_URL: candidate.url,
      WHATSAPP_CANONICAL_EVENTS_ENABLED: "true",
      NODE_OPTIONS: `--import ${stuck}`,
    });
    await post(`${sombra.url}/webhook`, textFrom("447700900123"));
    const line = await sombra.line(({ event, operation }) => event === "problem" && operation === "compare");
    expect(line).toMatchObject({ error });
    expect(await figure(sombra, "sombra_faults_total", { operation: "compare" })).toBe(1);
    expect((await settled(sombra, 1)).skipped["not-comparable"]).toBe(1);

    note = "plain";
    // While one was stuck, and after it, answers came as ever.
    expect((await post(`${sombra.url}/webhook`, textFrom("447700900456"))).status).toBe(200);
    expect((await settled(sombra, 2)).compared["divergent"]).toBe(1);
  },
  40_000,
);
