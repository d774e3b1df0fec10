import { describe, expect, it } from "vitest";
import { page, started } from "./sample.ts";

describe("triage", () => {
  it("says what is expected, with why and until when, and takes it back", async () => {
    const { reader, flags, json } = await started();
    const until = "2026-02-01";
    expect(await reader.words("/")).toContain("text.body");
    const answer = await reader.send(
      `${page}/triage`,
      { state: "expected", reason: "new greeting", until, version: "0" },
      page,
    );
    expect(answer).toMatchObject({ status: 303, headers: { location: `${page}#triage` } });
    expect(await reader.words(page)).toMatch(
      /Saved: Expected\..*expected new greeting until Feb 1, 2026.*said by loopback/,
    );
    expect((await json(`/api${page}`)).value).toMatchObject({
      triage: { state: "expected", until: `${until}T00:00:00.000Z` },
    });
    expect(flags.audit[0]).toMatchObject({
      action: "triage-set",
      reason: "new greeting",
      actor: { kind: "dashboard" },
    });
    expect(await reader.words("/divergences")).not.toContain("text.body");
    expect(await reader.words("/divergences?state=expected")).toContain("text.body");
    // The first page has what is open, and so has the list; who looks for something is not told that all is well.
    expect(await reader.words("/")).not.toContain("text.body");
    expect(await reader.words("/divergences?text=zzz")).toContain("Nothing fits.");
    await reader.send(`${page}/triage`, { state: "open", reason: "it was not", version: "1" }, page);
    expect((await json(`/api${page}`)).value).toMatchObject({ triage: null });
  });

  it.each([
    [{ state: "expected", reason: "", until: "2026-02-01" }, "Say why"],
    [{ state: "expected", reason: "a", until: "2020-01-01" }, "Name a day to come."],
    [{ state: "bug", reason: "typed", link: "javascript:alert(1)" }, "An http or https address"],
  ])("is refused where something is missing, and keeps what was typed (%j)", async (fields, wrong) => {
    const { reader, flags } = await started();
    const { status, text } = await reader.send(`${page}/triage`, fields, page);
    expect(status).toBe(400);
    expect(text).toContain(wrong);
    expect(text).toContain(`name="reason" value="${fields.reason}"`);
    expect(flags.audit).toEqual([]);
  });

  it("tells the second of two what the first has said, and keeps what was typed", async () => {
    const { reader, json } = await started();
    await reader.send(`${page}/triage`, { state: "bug", link: "https://bugs.example/1", version: "0" }, page);
    const { status, text } = await reader.send(
      `${page}/triage`,
      { state: "fixed", reason: "typed by the other", version: "0" },
      page,
    );
    expect(status).toBe(409);
    expect(text).toContain("Somebody said something else meanwhile: Bug, loopback.");
    expect(text).toContain('value="typed by the other"');
    expect((await json(`/api${page}`)).value).toMatchObject({ triage: { state: "bug" } });
  });
});
