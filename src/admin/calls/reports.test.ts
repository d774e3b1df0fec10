import { describe, expect, it } from "vitest";
import { htmlPolicy, reportOf, type WantedReport } from "../../report/index.ts";
import type { Rollout } from "../../rollout/index.ts";
import { samplePorts } from "../../report/sample.ts";
import { startForTest } from "../sample.ts";
import { at, checkpoint, rollout, sampleRollouts } from "./sample.ts";

const path = "/api/rollouts/events/report";

async function started(known: Rollout = rollout()) {
  const wanted: WantedReport[] = [];
  const { rollouts } = sampleRollouts(
    {
      async report(of, asked) {
        wanted.push(asked);
        return reportOf(of, asked, samplePorts({ checkpoints: async () => [checkpoint] }));
      },
    },
    [known],
  );
  return { wanted, ...(await startForTest({ rollouts })) };
}

describe("a report", () => {
  it("is data where no form is asked for: of a phase while it runs", async () => {
    const { json, wanted } = await started();
    const { value } = await json(path);
    expect(wanted).toEqual([{ kind: "phase", phase: null }]);
    expect(value).toMatchObject({
      kind: "phase",
      rollout: "events",
      phase: "list",
      status: { name: "running", since: at },
      stays: [{ phase: "list", left: null, checkpoints: { WARN: 1 }, last_checkpoint: { name: "T+1h" } }],
      audit: { seq: 7, hash: "5e".repeat(32) },
    });
    expect(JSON.stringify(value)).not.toContain("15550100001");
  });

  it.each<[Rollout["status"], string]>([
    [{ name: "draft" }, "before"],
    [{ name: "ready" }, "before"],
    [{ name: "paused", phase: 0, since: at, by: "token:eve", reason: "lunch" }, "phase"],
    [{ name: "error-paused", phase: 0, since: at, reason: "4 in a row" }, "phase"],
    [{ name: "aborted", since: at, by: "token:eve", reason: "another plan" }, "final"],
    [{ name: "rolled-back", phase: 0, to: "shadow", since: at, by: "rollout", reason: "errors" }, "final"],
  ])("of one that is %j is by itself %s", async (status, kind) => {
    const { json, ask } = await started(rollout({ status }));
    expect((await json(path)).value).toMatchObject({ kind, status: { name: status.name } });
    const { text } = await ask(`${path}?format=text`);
    expect(text).toContain(`\nStatus: ${status.name}\n`);
    if ("reason" in status) expect(text).toContain(`${status.reason}.`);
  });

  it.each([
    ["md", "text/markdown; charset=utf-8", /^# events, list: report of a phase\n/],
    ["html", "text/html; charset=utf-8", /^<!DOCTYPE html>\n/],
    ["text", "text/plain; charset=utf-8", /^events, list: report of a phase\n=/i],
  ])("is written as %s", async (format, type, begins) => {
    const { ask } = await started();
    const { status, text, headers } = await ask(`${path}?format=${format}&phase=list`);
    expect([status, String(headers["content-type"]).toLowerCase()]).toEqual([200, type]);
    expect(text).toMatch(begins);
    if (format === "html") expect(headers["content-security-policy"]).toBe(htmlPolicy);
    else expect(headers["content-security-policy"]).not.toBe(htmlPolicy);
  });

  it.each([
    ["format=pdf", "format must be one of json, md, html, text"],
    ["kind=all", "kind must be one of before, initial, comparison, phase, final"],
    ["phase=none", "phase must be one of list, five"],
    ["kind=final&phase=list", "phase must be given with kind=phase or kind=comparison only"],
  ])("with %s is refused, with what it must be", async (query, detail) => {
    const { json, wanted } = await started();
    expect(await json(`${path}?${query}`)).toMatchObject({
      status: 400,
      value: { detail: expect.stringContaining(detail) },
    });
    expect(wanted).toEqual([]);
  });

  it("without the store is 503", async () => {
    const { json } = await startForTest({ rollouts: sampleRollouts().rollouts });
    expect(await json(path)).toMatchObject({ status: 503 });
    expect(await json("/api/rollouts/none/report")).toMatchObject({ status: 404 });
  });
});
