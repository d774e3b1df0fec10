import { describe, expect, it } from "vitest";
import { sampleRoute } from "../../../test/support/admin-flags.ts";
import { startForTest, type AskedJson } from "../sample.ts";

const { enabled, shadow, dualRun } = sampleRoute.flags;
const flag = `/api/flags/${enabled}`;

/** A route whose flags a rollout holds. */
async function held() {
  const admin = await startForTest();
  const value = { plan: { flag: enabled }, status: { name: "running" } };
  await admin.flags.deps.write({
    edits: [
      { kind: "audience", name: "vip", members: ["ana"] },
      { kind: "patch", key: enabled, fields: { enabled: true, denylist: ["eve"], audience: "vip" } },
      { kind: "document", collection: "rollout", id: "events", value },
    ],
    actor: { kind: "token", name: "anna" },
    reason: null,
    expect: {},
  });
  return admin;
}

const ways: readonly (readonly [string, string, AskedJson])[] = [
  ["a patch", flag, { method: "PATCH", body: { percent: 5 } }],
  ["a put", flag, { method: "PUT", body: { enabled: true } }],
  ["a removal", flag, { method: "DELETE" }],
  ["several flags", "/api/flags", { method: "PATCH", body: { flags: { [shadow]: { percent: 5 } } } }],
  ["members", `${flag}/members`, { body: { list: "forceOn", add: ["bob"] } }],
  ["somebody let in again", `${flag}/members`, { body: { list: "denylist", remove: ["eve"] } }],
  ["the guide's form", "/api/internal/flags/update", { body: { name: enabled, percent_rollout: 5 } }],
  ["the guide's shadow mode", "/api/internal/flags/update", { body: { name: enabled, shadow_mode: true } }],
  ["a cutover", "/api/cutover", { body: { route: sampleRoute.name, percent: 5 } }],
  ["an audience", "/api/audiences/vip", { method: "PUT", body: { members: ["bob"] } }],
];

describe("a flag under a rollout", () => {
  it.each(ways)("is not changed by %s, save by breaking the glass with a reason", async (_, path, asked) => {
    const { json, flags } = await held();
    const refused = await json(path, asked);
    expect(refused).toMatchObject({ status: 409, value: { detail: expect.stringContaining("rollout `events`") } });
    const inBody = path === "/api/cutover";
    const broken = (reason: string) =>
      inBody
        ? json(path, { ...asked, body: { route: sampleRoute.name, percent: 5, break_glass: true, reason } })
        : json(`${path}?break_glass=true&reason=${reason}`, asked);
    expect(await broken("")).toMatchObject({ status: 400, value: { problems: [{ where: "reason" }] } });
    expect(await broken("fire")).toMatchObject({ status: 200 });
    expect(flags.audit[0]).toMatchObject({ reason: "Break-glass: fire" });
  });

  it("is killed, and denies, whatever is said of glass", async () => {
    const { json } = await held();
    expect(await json(`${flag}/members`, { body: { list: "denylist", add: ["bob"] } })).toMatchObject({ status: 200 });
    expect(await json(`${flag}/kill?break_glass=what`, { method: "POST" })).toMatchObject({ status: 200 });
    expect(await json("/api/internal/flags/update", { body: { name: enabled, enabled: false } })).toMatchObject({
      status: 200,
    });
  });

  it("is not changed by who says neither yes nor no", async () => {
    const { json } = await held();
    const { status, value } = await json(`${flag}?break_glass=1&reason=x`, { method: "PATCH", body: { percent: 5 } });
    expect({ status, value }).toMatchObject({ status: 400, value: { problems: [{ where: "break_glass" }] } });
    expect(await json(`/api/flags/${dualRun}`, { method: "DELETE" })).toMatchObject({ status: 409 });
  });
});
