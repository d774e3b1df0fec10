import { describe, expect, it } from "vitest";
import { sampleToken, startForTest } from "../../../sample.ts";
import { createReader } from "../../sample.ts";

async function world() {
  const admin = await startForTest();
  return { ...createReader(admin), admin };
}

const day = "2026-01-02-1";

describe("incidents", () => {
  it("are opened, closed and opened again, each in the audit with its reason", async () => {
    const { send, words, admin } = await world();
    const fields = { title: "orders are lost", severity: "critical", reason: "seen by support" };
    expect(await send("/incidents", fields)).toMatchObject({ status: 303, headers: { location: "/incidents" } });
    expect(await words("/incidents")).toContain("1 critical incident keeps every rollout from advancing.");
    expect(await send(`/incidents/${day}/close`, { reason: "mended" }, `/incidents/${day}/close`)).toMatchObject({
      status: 303,
    });
    const page = await words("/incidents");
    expect(page).toContain(`${day} is closed.`);
    expect(page).toContain("None is open.");
    await send(`/incidents/${day}/reopen`, {});
    const { value } = await admin.json("/api/incidents?state=open");
    expect(value).toMatchObject({
      incidents: [{ id: day, severity: "critical", opened_by: "dashboard:loopback" }],
      blocking: [day],
    });
    expect(admin.flags.audit.toReversed().map(({ action, reason }) => [action, reason])).toEqual([
      ["incident-set", "seen by support"],
      ["incident-set", "mended"],
      ["incident-set", null],
    ]);
  });

  it("are not closed by who has not seen what they are now", async () => {
    const { send, open, admin } = await world();
    await send("/incidents", { title: "slow", severity: "minor" });
    const { text } = await open(`/incidents/${day}/close`);
    const [, version = ""] = /name="version" value="(\d+)"/.exec(text) ?? [];
    await admin.json("/api/incidents", { body: { id: day, severity: "critical" } });
    const { status, text: again } = await send(`/incidents/${day}/close`, { version });
    expect(status).toBe(409);
    expect(again).toContain("Somebody changed it meanwhile");
    expect((await admin.json("/api/incidents?state=open")).value).toMatchObject({ blocking: [day] });
  });

  it("that say nothing are refused, and what was typed stays", async () => {
    const { send } = await world();
    const { status, text } = await send("/incidents", { title: " ", severity: "major", reason: "typed before" });
    expect(status).toBe(400);
    expect(text).toContain("title must be what happened, in a line");
    expect(text).toContain('value="typed before"');
  });

  it("are a text, whatever somebody called them, and of twenty a page", async () => {
    const { open, admin } = await world();
    const attack = `x"'><img src=x onerror=alert(1)>`;
    for (let n = 0; n < 23; n += 1) await admin.json("/api/incidents", { body: { title: attack, severity: "minor" } });
    const { text } = await open("/incidents");
    expect(text).not.toContain("<img");
    expect(text.match(/data-ask/g)).toHaveLength(20);
    expect((await open("/incidents?open=2")).text.match(/data-ask/g)).toHaveLength(3);
  });

  it("are seen by who may read, and changed by who may operate", async () => {
    const access = { tokens: [sampleToken("eva", ["read"])], hosts: [] };
    const reader = createReader(await startForTest({ access }));
    await reader.send("/sign-in", { token: "eva" }, "/sign-in");
    expect((await reader.open("/incidents")).text).not.toContain('action="/incidents"');
    expect(await reader.send("/incidents", { title: "x", severity: "critical" })).toMatchObject({ status: 403 });
  });
});
