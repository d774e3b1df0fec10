import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Opened } from "../support/opened.ts";
import { json, post, startSide, textFrom, type Seen } from "../support/side.ts";
import type { LogLine, Sombra } from "../support/sombra.ts";

const opened = new Opened();
afterEach(opened.close);

const flag = "WHATSAPP_CANONICAL_EVENTS_ENABLED";

/** The lines in which a word is found, by grep itself. */
function grep(word: string, { lines }: Sombra): readonly LogLine[] {
  const folder = mkdtempSync(join(tmpdir(), "sombra-log-"));
  try {
    const log = join(folder, "sombra.log");
    writeFileSync(log, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const found = execFileSync("grep", [word, log]).toString();
    return found
      .trim()
      .split("\n")
      .map((line): LogLine => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the guides' greps", () => {
  it("find each flag check and change, each canonical event, each comparison", async () => {
    let egress = "";
    const declaring = (side: string) =>
      startSide((request: Seen, response) => {
        const body = {
          exchange: request.headers["x-sombra-exchange"],
          kind: "canonical_event",
          name: "message.received",
        };
        const headers = { traceparent: String(request.headers["traceparent"]) };
        void post(`${egress}/${side}/_effects`, JSON.stringify(body), headers).then(() =>
          json(200, {})(request, response),
        );
      });
    const sombra = await opened.sombra({
      SOMBRA_LEGACY_URL: opened.add(await declaring("legacy")).url,
      SOMBRA_CANDIDATE_URL: opened.add(await declaring("candidate")).url,
      [flag]: "true",
    });
    egress = sombra.egressUrl;
    await post(sombra.url, textFrom("447700900123"));
    await sombra.line(({ event }) => event === "dual_run_comparison");
    await sombra.call("POST", `/api/flags/${flag}/kill`);
    await sombra.line(({ event }) => event === "flag_changed");

    const checks = grep("FEATURE_FLAG", sombra);
    expect(new Set(checks.map(({ event }) => event))).toEqual(new Set(["feature_flag_check", "flag_changed"]));
    expect(checks.find((line) => line["flag_name"] === flag)).toMatchObject({ enabled: true, reason: "enabled" });
    expect(checks.at(-1)).toMatchObject({ event: "flag_changed", flag_name: flag, enabled: false });

    const events = grep("CANONICAL_EVENT", sombra).filter(({ event }) => event === "canonical_event");
    const said = events.map(({ side, event_type, disposition }) => [side, event_type, disposition].join(" "));
    expect(said.toSorted()).toEqual(["candidate message.received held", "legacy message.received published"]);
    for (const { shopper_id } of events) expect(shopper_id).toMatch(/^[0-9a-f]{16}$/);

    const comparisons = grep("DUAL_RUN", sombra).filter(({ tag }) => tag === "DUAL_RUN");
    expect(comparisons).toMatchObject([
      { mode: "dual-run", verdict: "match", legacy_status: 200, candidate_status: 200 },
    ]);
    expect(comparisons[0]?.["added_latency_ms"]).toEqual(expect.any(Number));
  });
});
