import { describe, expect, it } from "vitest";
import { sampleNow, sampleRules, sampleToken, startForTest } from "../../../sample.ts";
import { variedDivergences, variedItem, variedRecord } from "../../diff/sample.ts";
import { createFormat } from "../../format.ts";
import type { View } from "../../page.ts";
import { createReader, sampleDivergence, sampleItem, sampleRecord, tallyExchange } from "../../sample.ts";
import { fieldsSection, fieldTree } from "./fields.ts";
import { filterOf, searchOf, wantedFolds, type ToldGroup } from "./filter.ts";
import { hourly } from "./spark.ts";

const signature = "00000000000000b7";
const page = `/divergences/${signature}`;

type Changes = Parameters<typeof startForTest>[0];

async function started(changes: Changes = {}) {
  const admin = await startForTest(changes);
  tallyExchange(admin.tally, variedRecord());
  return { ...admin, reader: createReader(admin) };
}

const group = (changes: Partial<ToldGroup>): ToldGroup => ({
  signature: "00000000000000aa",
  route: "default",
  item_kind: "message.text",
  where: "answer",
  path: "/body",
  kind: "changed",
  change: "text",
  severity: "minor",
  count: 1,
  noise: 0,
  downstream: 0,
  cells: 1,
  shoppers: 1,
  shoppers_at_least: false,
  items: 10,
  in_items: 1,
  share: 0.1,
  suggestion: null,
  first_seen: "2026-01-01T00:00:00.000Z",
  last_seen: "2026-01-02T00:00:00.000Z",
  trend: [],
  examples: [],
  noise_rate: null,
  exceeds_noise: null,
  triage: null,
  ...changes,
});

const filter = (query: Readonly<Record<string, string>>) => filterOf({ query: (name) => query[name] ?? "" });

describe("the list", () => {
  const paths = (groups: readonly ToldGroup[], query: Readonly<Record<string, string>> = {}) =>
    wantedFolds(groups, filter(query)).map(({ first }) => first.path);
  const mark = { reason: null, until: null, link: null, at: "", by: "", version: 1 };
  const groups = [
    group({ path: "/a", in_items: 9 }),
    group({ path: "/b", in_items: 1, first_seen: "2026-01-02T00:00:00.000Z", count: 50 }),
    group({ path: "/c", in_items: 1, last_seen: "2026-01-05T00:00:00.000Z" }),
    group({ path: "/d", severity: "critical", route: "other", where: "effect", item_kind: "echo" }),
    group({ path: "/noise", severity: "noise" }),
    group({ path: "/expected", triage: { state: "expected", marked: "expected", ...mark } }),
    group({ path: "/again", triage: { state: "reopened", marked: "fixed", ...mark }, severity: "major" }),
  ];

  it("has what is open first by severity, then by share, then by news; or as somebody asks", () => {
    expect(paths(groups)).toEqual(["/d", "/again", "/a", "/b", "/c"]);
    expect(paths(groups, { sort: "share" })[0]).toBe("/a");
    expect(paths(groups, { sort: "new" })[0]).toBe("/b");
    expect(paths(groups, { sort: "found" })[0]).toBe("/b");
    expect(paths(groups, { sort: "seen" })[0]).toBe("/c");
  });

  it("has what fits all that is asked for", () => {
    expect(paths(groups, { state: "noise" })).toEqual(["/noise"]);
    expect(paths(groups, { state: "expected" })).toEqual(["/expected"]);
    expect(paths(groups, { state: "all" })).toHaveLength(7);
    expect(paths(groups, { route: "other" })).toEqual(["/d"]);
    expect(paths(groups, { severity: "major" })).toEqual(["/again"]);
    expect(paths(groups, { where: "effect" })).toEqual(["/d"]);
    expect(paths(groups, { kind: "echo" })).toEqual(["/d"]);
    expect(paths(groups, { text: "AGA" })).toEqual(["/again"]);
    expect(paths(groups, { text: "AGA", severity: "minor" })).toEqual([]);
  });

  it("keeps in its address what was asked for, and nothing that is as usual", () => {
    expect(searchOf(filter({}))).toBe("");
    expect(searchOf(filter({ state: "nonsense", offset: "-1" }))).toBe("");
    expect(searchOf(filter({ text: "/a&b", state: "bug" }), { offset: 25 })).toBe("text=%2Fa%26b&state=bug&offset=25");
  });

  it("shows one row for what is alike in several kinds of items, and pages of 25", async () => {
    const admin = await startForTest();
    const items = Array.from({ length: 30 }, (_, at) =>
      sampleItem({
        kind: at % 2 === 0 ? "message.text" : "message.image",
        divergences: [
          {
            ...sampleDivergence,
            path: `/body/n${String.fromCodePoint(97 + (at >> 1))}`,
            signature: `${at}`.padStart(16, "0"),
          },
        ],
      }),
    );
    tallyExchange(admin.tally, sampleRecord({ items }));
    for (let at = 0; at < 20; at += 1) {
      const other = {
        ...sampleDivergence,
        path: `/headers/x${String.fromCodePoint(97 + at)}`,
        signature: `f${at}`.padEnd(16, "f"),
      };
      tallyExchange(admin.tally, sampleRecord({ exchange: `h${at}`, items: [sampleItem({ divergences: [other] })] }));
    }
    const reader = createReader(admin);
    const first = await reader.open("/divergences");
    expect(first.text.match(/<tr>/g)).toHaveLength(26);
    expect(await reader.words("/divergences")).toMatch(/35 divergences of 50 groups.*2 kinds of items.*1 to 25 of 35/);
    expect((await reader.open("/divergences?offset=25")).text.match(/<tr>/g)).toHaveLength(11);
    expect(await reader.words("/divergences?kind=message.image")).toContain("15 divergences");
  });
});

describe("a trend", () => {
  it("is counted by the hour, the present one last, what is older left out", () => {
    const at = (hoursAgo: number) => new Date(sampleNow - hoursAgo * 3_600_000).toISOString();
    const counts = hourly(
      [
        [
          { hour: at(50), count: 9 },
          { hour: at(47), count: 1 },
          { hour: at(0), count: 2 },
        ],
        [{ hour: at(0), count: 3 }],
      ],
      sampleNow,
    );
    expect(counts).toHaveLength(48);
    expect([counts[0], counts[47]]).toEqual([1, 5]);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(6);
  });
});

describe("the fields", () => {
  it("lie in each other, with what was found at and below them, most found first", () => {
    const tree = fieldTree([
      group({ path: "/body", count: 1 }),
      group({ path: "/body/a", count: 4, noise: 3 }),
      group({ path: "/body/b", count: 5 }),
      group({ path: "/status", count: 2 }),
    ]);
    expect(tree).toMatchObject([
      {
        name: "body",
        count: 10,
        noise: 3,
        groups: [{ path: "/body" }],
        below: [
          { name: "b", count: 5 },
          { name: "a", noise: 3 },
        ],
      },
      { name: "status", count: 2, below: [] },
    ]);
  });
});

describe("the noise of fields", () => {
  it("is the share that says nothing, and beside it how often legacy differs from its twin", async () => {
    const { reader } = await started();
    expect(await reader.words(page)).toMatch(/Field Times Noise body Times 4 Noise 75\.0 %/);
    const view: View = {
      locale: "en",
      format: createFormat("en"),
      may: () => true,
      path: page,
      param: () => signature,
      query: () => "",
      search: "",
      nowMs: sampleNow,
    };
    const groups = [group({ path: "/body/a", count: 4, noise: 1, noise_rate: 0.125 }), group({ path: "/status" })];
    const markup = String(await fieldsSection(view, group({ path: "/status" }), groups));
    const shown = markup.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
    expect(shown).toMatch(
      /a minor .*Times 4 Noise 25\.0 % Twin 12\.5 %.*status minor The candidate answers with another status than legacy this one .*Times 1 Noise 0 % Twin –/,
    );
  });
});

describe("a group", () => {
  it("shows both sides of an example, what differs and what is ignored, with status and time of each", async () => {
    const { reader } = await started();
    const words = await reader.words(page);
    expect(words).toContain("Both send a text, but its text.body differs");
    expect(words).toContain("legacy 200 10.8 ms candidate 200 20.0 ms 3.00 ms in our queue");
    expect(words).toContain("5 differ, 1 ignored by rule, 1 ignored by class, 1 as the twin");
    expect(words).toContain("3 ignored differences");
    expect(words).toMatch(/rule order-numbers.*class uuid|class uuid.*rule order-numbers/);
    const { text } = await reader.open(page);
    expect(text).toContain("<mark>2</mark>");
    expect(text).not.toContain("redact:");
    expect(await reader.words(`${page}?view=unified`)).toContain("legacy, differs: ");
    expect(await reader.words(`${page}?view=patch`)).toContain(
      "&quot;op&quot;:&quot;replace&quot;,&quot;path&quot;:&quot;/body/order/total&quot;",
    );
  });

  it("says that values are not stored, and how they would be", async () => {
    const admin = await startForTest();
    tallyExchange(admin.tally, sampleRecord());
    const words = await createReader(admin).words(`/divergences/${sampleDivergence.signature}`);
    expect(words).toContain("Values are not stored");
    expect(words).toContain("values: { redact:");
    expect(words).toContain("string · 12 #0123456789abcdef");
    expect(words).toContain("candidate no answer: timeout");
  });

  it("is taken along as JSON and as cURL", async () => {
    const { reader } = await started();
    const { text, headers } = await reader.open(`${page}/export.json`);
    expect(headers["content-disposition"]).toBe(`attachment; filename="divergence-${signature}.json"`);
    expect(JSON.parse(text)).toMatchObject({ signature, triage: null, records: [{ exchange: "e1" }] });
    expect(await reader.words(page)).toContain("curl -X POST http");
  });

  it("is not found under another signature", async () => {
    const { reader } = await started();
    for (const path of ["/divergences/0000000000000000", "/divergences/x/ignore", "/divergences/x/export.json"]) {
      expect((await reader.open(path)).status, path).toBe(404);
    }
  });

  it("holds what traffic brought as text", async () => {
    const attack = `x"'><img src=x onerror=alert(1)>&`;
    const admin = await startForTest();
    const divergences = variedDivergences.map((one) => ({
      ...one,
      path: `/body/${attack}`,
      change: attack,
      signature,
      values: { legacy: attack, candidate: `{"${attack}": "${attack}"}` },
      noise: one.noise === null ? null : ({ by: "rule", rule: attack } as const),
    }));
    const effects = [{ side: "legacy" as const, kind: attack, disposition: "held" as const }];
    const request = { route: "/", path: attack, protocolVersion: "1.1" };
    const items = [
      variedItem({
        divergences,
        effects,
        kind: attack,
        reason: attack,
        flags: [{ flag: attack, value: true, reason: attack }],
      }),
    ];
    tallyExchange(admin.tally, variedRecord({ items, request, method: attack }));
    const reader = createReader(admin);
    for (const path of [
      page,
      `${page}?view=unified`,
      `${page}?view=patch`,
      `${page}/ignore`,
      "/divergences",
      "/exchanges/e1",
      "/exchanges",
    ]) {
      const { text, status } = await reader.open(
        `${path}${path.includes("?") ? "&" : "?"}example=${encodeURIComponent(attack)}`,
      );
      expect(status).toBe(200);
      expect(text, path).not.toContain("<img");
      expect(text, path).not.toContain(`"'>`);
    }
  });
});

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

describe("who may only read", () => {
  it("is offered no change, and refused each", async () => {
    const access = { tokens: [sampleToken("eva", ["read"])], hosts: [] };
    const { reader, flags } = await started({ access });
    await reader.send("/sign-in", { token: "eva", next: "/" }, "/sign-in");
    const { text, status } = await reader.open(page);
    expect(status).toBe(200);
    expect(text).not.toContain(`${page}/triage`);
    expect(text).not.toContain(`${page}/ignore`);
    for (const path of [`${page}/triage`, `${page}/ignore`, `${page}/rules/remove`]) {
      expect((await reader.send(path, { state: "fixed" }, page)).status, path).toBe(403);
    }
    expect(flags.audit).toEqual([]);
  });
});
