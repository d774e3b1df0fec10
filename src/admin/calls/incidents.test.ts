import { describe, expect, it } from "vitest";
import { blockingIncidents } from "../incident.ts";
import { startForTest } from "../sample.ts";

const path = "/api/incidents";
const opening = { title: "orders are lost", severity: "critical" };

describe("an incident", () => {
  it("is opened under a name of its day, and blocks while it is open and critical", async () => {
    const { json, flags } = await startForTest();
    const opened = await json(path, { body: { ...opening, reason: "paged" } });
    expect(opened).toMatchObject({
      status: 200,
      value: { id: "2026-01-02-1", before: null, after: { state: "open", severity: "critical", closed_at: null } },
    });
    expect((await json(path, { body: { ...opening, severity: "major" } })).value).toMatchObject({ id: "2026-01-02-2" });
    expect((await json(path)).value).toMatchObject({ blocking: ["2026-01-02-1"] });
    expect(flags.audit.at(-1)).toMatchObject({ action: "incident-set", reason: "paged", before: null });
    const blocking = () => blockingIncidents(flags.deps.flags()?.state.documents ?? new Map());
    expect(blocking()).toEqual(["2026-01-02-1"]);
    await json(path, { body: { id: "2026-01-02-1", severity: "minor" } });
    expect(blocking()).toEqual([]);
    await json(path, { body: { id: "2026-01-02-1", severity: "critical" } });
    const closed = await json(path, { body: { id: "2026-01-02-1", state: "closed", reason: "fixed" } });
    expect(closed.value).toMatchObject({
      before: { state: "open" },
      after: { state: "closed", title: "orders are lost", severity: "critical", opened_by: "anonymous:loopback" },
      unchanged: false,
    });
    expect((await json(path, { body: { id: "2026-01-02-1", state: "closed" } })).value).toMatchObject({
      unchanged: true,
    });
    expect(blocking()).toEqual([]);
    expect((await json(`${path}?state=open`)).value).toMatchObject({
      incidents: [{ id: "2026-01-02-2" }],
      blocking: [],
    });
  });

  it.each([
    [{ severity: "critical" }, "title"],
    [{ title: "x" }, "severity"],
    [{ title: "x", severity: "bad" }, "severity"],
    [{ ...opening, state: "gone" }, "state"],
    [{ ...opening, title: "x".repeat(501) }, "title"],
    [{ ...opening, who: "me" }, "who"],
  ])("%j is refused", async (body, where) => {
    const { json, flags } = await startForTest();
    expect(await json(path, { body })).toMatchObject({ status: 400, value: { problems: [{ where }] } });
    expect(flags.audit).toEqual([]);
  });

  it("that there is none of is 404", async () => {
    const { json } = await startForTest();
    expect(await json(path, { body: { id: "none", state: "closed" } })).toMatchObject({ status: 404 });
  });

  it("that cannot be read blocks", async () => {
    const document = { id: "incident:x", value: {}, version: 1, updatedAt: "", updatedBy: "" } as const;
    expect(blockingIncidents(new Map([[document.id, document]]))).toEqual(["x"]);
  });
});
