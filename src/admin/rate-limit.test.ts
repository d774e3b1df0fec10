import { afterEach, describe, expect, it } from "vitest";
import { sampleNow } from "../../test/support/admin-flags.ts";
import { sampleToken, startAdmin, type SampleAdmin } from "./sample.ts";

let admin: SampleAdmin | undefined;

afterEach(async () => {
  await admin?.close();
  admin = undefined;
});

/** Changes by somebody until one is refused: how many were not. */
async function spend({ ask }: SampleAdmin, headers: Record<string, string> = {}): Promise<number> {
  for (let done = 0; done < 100; done += 1) {
    const { status } = await ask("/api/cutover", { method: "POST", headers, body: "{}" });
    if (status === 429) return done;
    expect(status).toBe(400);
  }
  return 100;
}

describe("changes", () => {
  it("are limited to sixty at once, and one more each second", async () => {
    let now = sampleNow;
    admin = await startAdmin({ now: () => now });
    const { ask } = admin;
    expect(await spend(admin)).toBe(60);
    const { headers, text } = await ask("/api/cutover", { method: "POST", body: "{}" });
    expect(headers).toMatchObject({ "retry-after": "1", "content-type": "application/problem+json" });
    expect(text).toContain("try again in 1 s");
    now += 999;
    expect(await spend(admin)).toBe(0);
    now += 1;
    expect(await spend(admin)).toBe(1);
    now += 3_600_000;
    expect(await spend(admin)).toBe(60);
    now -= 3_600_000;
    expect(await spend(admin)).toBe(0);
  });

  it("are counted for each token by itself, and not for strangers", async () => {
    admin = await startAdmin({
      access: { tokens: [sampleToken("ana", ["operate"]), sampleToken("eva", ["operate"])], hosts: [] },
    });
    const bearer = (name: string) => ({ authorization: `Bearer ${name}` });
    expect(await spend(admin, bearer("ana"))).toBe(60);
    expect(await spend(admin, bearer("eva"))).toBe(60);
    expect(await admin.ask("/api/cutover", { method: "POST", headers: bearer("no") })).toMatchObject({ status: 401 });
  });

  it("leave reading, evaluating and killing open to whoever has made too many", async () => {
    admin = await startAdmin();
    const { ask } = admin;
    expect(await spend(admin)).toBe(60);
    for (const [method, path] of [
      ["GET", "/api/flags"],
      ["GET", "/feature-flags/CANONICAL"],
      ["POST", "/ofrep/v1/evaluate/flags"],
      ["POST", "/api/kill"],
      ["DELETE", "/api/kill"],
      ["POST", "/kill"],
      ["POST", "/kill/undo"],
      ["POST", "/api/flags/CANONICAL/kill"],
    ] as const) {
      const { status } = await ask(path, { method });
      expect({ path, limited: status === 429 }).toEqual({ path, limited: false });
    }
    expect(await spend(admin)).toBe(0);
  });
});
