import { describe, expect, it } from "vitest";
import { sampleRules } from "../../../sample.ts";
import { page, started } from "./sample.ts";

describe("a rule from a group", () => {
  const fields = {
    id: "ignore-greeting",
    path: "/effects/send.text/0/text/body",
    says: "ignore",
    value: "",
    route: "yes",
    kind: "yes",
    owner: "bot-team",
    reason: "greetings differ",
    expires: "2026-03-01",
  };
  const previewedIn = (text: string): string =>
    (/name="previewed" value="([^"]*)"/.exec(text)?.[1] ?? "").replaceAll("&quot;", '"').replaceAll("&#39;", "'");

  it("is previewed, then saved as it was previewed, listed with the group, and taken out", async () => {
    const { reader, flags, json } = await started();
    const shown = await reader.send(`${page}/ignore`, { ...fields, do: "preview" }, `${page}/ignore`);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain("It would have hidden");
    expect(flags.audit).toEqual([]);
    const previewed = previewedIn(shown.text);
    const saved = await reader.send(`${page}/ignore`, { ...fields, previewed, do: "save" }, `${page}/ignore`);
    expect(saved).toMatchObject({ status: 303, headers: { location: `${page}#rules` } });
    const { value } = await json("/api/rules/ignore-greeting");
    expect(value).toMatchObject({
      id: "ignore-greeting",
      ignore: true,
      route: "default",
      owner: "bot-team",
      source: "api",
    });
    expect(flags.audit[0]).toMatchObject({ subject: "ignore-greeting", reason: "greetings differ" });
    expect(await reader.words(page)).toMatch(/Rule ignore-greeting is in force.*bot-team: greetings differ/);
    const again = await reader.send(`${page}/ignore`, { ...fields, do: "preview" }, `${page}/ignore`);
    expect(again).toMatchObject({
      status: 409,
      text: expect.stringContaining("There is a rule ignore-greeting already"),
    });
    const gone = { id: "ignore-greeting", version: String(Object(value).version), reason: "not so" };
    expect(await reader.send(`${page}/rules/remove`, gone, page)).toMatchObject({ status: 303 });
    expect((await json("/api/rules/ignore-greeting")).status).toBe(404);
    expect(flags.audit[0]).toMatchObject({ reason: "not so" });
  });

  it("is not saved where it is another than the one that was previewed", async () => {
    const { reader, flags } = await started();
    const shown = await reader.send(`${page}/ignore`, { ...fields, do: "preview" }, `${page}/ignore`);
    const previewed = previewedIn(shown.text);
    const changed = await reader.send(
      `${page}/ignore`,
      { ...fields, path: "/body", previewed, do: "save" },
      `${page}/ignore`,
    );
    expect(changed).toMatchObject({ status: 200, text: expect.stringContaining("not the one that was previewed") });
    expect(flags.audit).toEqual([]);
  });

  it("is refused with what is wrong with it, keeping what was typed, and under a name of the file's", async () => {
    const rule = { id: "of-file", route: null, itemKind: null, where: null, path: "/x", owner: "a", reason: "b" };
    const ofFile = [{ ...rule, action: { kind: "ignore" }, expiresAt: null, source: "file" }] as const;
    const { reader } = await started({ rules: { ...sampleRules, ofFile } });
    const wrong = await reader.send(`${page}/ignore`, { ...fields, path: "" }, `${page}/ignore`);
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('value="greetings differ"');
    const taken = await reader.send(`${page}/ignore`, { ...fields, id: "of-file" }, `${page}/ignore`);
    expect(taken).toMatchObject({ status: 409, text: expect.stringContaining("There is a rule of-file in the file") });
  });
});
