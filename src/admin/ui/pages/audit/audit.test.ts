import { describe, expect, it } from "vitest";
import { withFlags } from "../flags/sample.ts";

describe("the audit", () => {
  it("is filtered by flag, actor and day, and shows what was before and after", async () => {
    const admin = await withFlags({ search: { percent: 5 }, shelf: { percent: 1 } });
    await admin.json("/api/flags/search?reason=more", { method: "PATCH", body: { percent: 50 } });
    const words = await admin.reader.words("/audit?subject=search");
    expect(words).toContain("more");
    expect(words).not.toContain("shelf");
    expect((await admin.reader.open("/audit?subject=search")).text).toMatch(/<del>5<\/del>[\s\S]*<ins>50<\/ins>/);
    expect(await admin.reader.words("/audit?actor=nobody")).toContain("No entry fits");
    expect(await admin.reader.words("/audit?from=2026-01-03")).toContain("No entry fits");
    expect(await admin.reader.open("/audit?from=yesterday")).toMatchObject({ status: 400 });
  });

  it("comes in pages, is checked, and exported whole", async () => {
    const admin = await withFlags();
    for (let percent = 1; percent <= 30; percent += 1) {
      await admin.json("/api/flags/search?reason=r", { method: "PATCH", body: { percent } });
    }
    expect((await admin.reader.open("/audit")).text.match(/id="entry-/g)).toHaveLength(25);
    expect((await admin.reader.open("/audit?before_seq=6")).text.match(/id="entry-/g)).toHaveLength(5);
    expect(await admin.reader.words("/audit?check=run")).toContain("30 entries, each follows from the one before");
    const file = await admin.reader.open("/audit/export?subject=search");
    expect(file.headers).toMatchObject({ "content-disposition": 'attachment; filename="sombra-audit.json"' });
    expect(JSON.parse(file.text)).toMatchObject({ entries: { length: 30 }, next: null });
    admin.flags.lose("the store is away");
    expect(await admin.reader.words("/audit")).toContain("The audit cannot be read now");
  });
});
