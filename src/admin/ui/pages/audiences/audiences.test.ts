import { describe, expect, it } from "vitest";
import { withFlags } from "../flags/sample.ts";

const shopper = "5511999990000";

describe("an audience", () => {
  it("is imported, looked into by exact id, changed and deleted; members are never shown", async () => {
    const admin = await withFlags();
    const name = "vip";
    expect(
      await admin.reader.send("/audiences-new", { name, members: `${shopper}, 2, 3`, reason: "vips" }),
    ).toMatchObject({
      status: 303,
    });
    expect(await admin.reader.words("/audiences")).toContain("vip 3 no flag");
    const found = await admin.reader.send("/audiences/vip/has", { shopper }, "/audiences/vip");
    expect(found.text).toContain("Yes: this shopper is in it");
    expect(found.text).not.toContain(shopper);
    expect((await admin.reader.send("/audiences/vip/has", { shopper: "9" })).text).toContain("No: this shopper is not");
    await admin.reader.send("/audiences/vip/import", { do: "remove", members: "2", reason: "left" });
    expect(admin.flags.deps.flags()?.state.audiences.get(name)?.size).toBe(2);
    await admin.json("/api/flags/search", { method: "PATCH", body: { enabled: true, audience: "vip" } });
    expect((await admin.reader.send("/audiences/vip/delete", { reason: "over" })).text).toContain("change that first");
    await admin.json("/api/flags/search", { method: "PATCH", body: { audience: null } });
    expect(await admin.reader.send("/audiences/vip/delete", { reason: "over" })).toMatchObject({ status: 303 });
    expect(admin.flags.deps.flags()?.state.audiences.has(name)).toBe(false);
  });
});
