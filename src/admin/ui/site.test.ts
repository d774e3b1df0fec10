import { describe, expect, it } from "vitest";
import { sampleNow } from "../../../test/support/admin-flags.ts";
import { ask, sampleToken, startForTest } from "../sample.ts";
import { sessionMs } from "../sessions.ts";
import { createReader, sampleRecord, tallyExchange } from "./sample.ts";

const tokens = [
  sampleToken("eva", ["read"]),
  sampleToken("ana", ["operate"]),
  sampleToken("rui", ["approve"]),
] as const;
const access = { tokens, hosts: [] };

async function signedIn(name: string, changes: Parameters<typeof startForTest>[0] = {}) {
  const admin = await startForTest({ access, ...changes });
  const reader = createReader(admin);
  await reader.send("/sign-in", { token: name, next: "/flags" }, "/sign-in");
  return { ...admin, reader };
}

describe("a page", () => {
  it("lets in nothing but what is of its own origin, and holds nothing inline", async () => {
    const admin = await startForTest();
    tallyExchange(admin.tally, sampleRecord());
    const reader = createReader(admin);
    for (const path of ["/", "/divergences", "/flags", "/settings", "/exchanges/e1", "/kill", "/nowhere"]) {
      const { text, headers } = await reader.open(path);
      expect(text, path).not.toMatch(
        /<script(?![^>]* src="\/assets\/)|javascript:|\son\w+=|\sstyle=|<style|https?:\/\/(?!127\.0\.0\.1)/i,
      );
      expect(headers, path).toMatchObject({
        "content-security-policy":
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
      });
    }
  });

  it("is in the language that the browser asks for first, or the one that was chosen", async () => {
    const admin = await startForTest();
    const reader = createReader(admin);
    const langOf = async (accepted: string): Promise<string | undefined> =>
      /<html\s+lang="([^"]*)"/.exec((await reader.open("/", { "accept-language": accepted })).text)?.[1];
    expect(await langOf("de, pt;q=0.8, en;q=0.7")).toBe("pt-BR");
    expect(await langOf("fr")).toBe("en");
    expect(await langOf("pt-BR;q=0")).toBe("en");
    const { status, headers } = await reader.send("/preferences", {
      language: "pt-BR",
      theme: "dark",
      next: "/flags?a=b",
    });
    expect({ status, to: headers.location }).toEqual({ status: 303, to: "/flags?a=b" });
    expect(await langOf("en")).toBe("pt-BR");
    expect((await reader.open("/")).text).toContain('data-theme="dark"');
  });

  it("never leads to another site", async () => {
    const admin = await startForTest({ access });
    const reader = createReader(admin);
    for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]) {
      expect(await reader.send("/sign-in", { token: "eva", next }, "/sign-in")).toMatchObject({
        status: 303,
        headers: { location: "/" },
      });
    }
  });

  it("loads files whose address holds their content, to be kept for ever, packed as the browser likes", async () => {
    const admin = await startForTest();
    const { text } = await createReader(admin).open("/");
    const paths = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]*)"/g)].map(([, path = ""]) => path);
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) {
      const plain = await admin.ask(path);
      expect(plain).toMatchObject({ status: 200, headers: { "cache-control": "public, max-age=31536000, immutable" } });
      for (const coding of ["br", "gzip"]) {
        const packed = await admin.ask(path, { headers: { "accept-encoding": coding } });
        expect(packed.headers["content-encoding"]).toBe(coding);
        expect(Number(packed.headers["content-length"] ?? 0)).toBeLessThan(plain.text.length);
      }
      expect(await admin.ask(path.replace(/assets\/[^/]*/, "assets/older"))).toMatchObject({ status: 404 });
    }
  });
});

describe("a session", () => {
  it("begins with a token, leads to where one came from, and ends when one signs out", async () => {
    const admin = await startForTest({ access });
    const reader = createReader(admin);
    expect(await reader.open("/flags?a=1")).toMatchObject({
      status: 303,
      headers: { location: "/sign-in?next=%2Fflags%3Fa%3D1" },
    });
    const wrong = await reader.send("/sign-in", { token: "nobody" }, "/sign-in");
    expect(wrong).toMatchObject({ status: 403, text: expect.stringContaining("This is no token of this Sombra") });
    expect(wrong.headers["set-cookie"]).toBeUndefined();
    const right = await reader.send("/sign-in", { token: "eva", next: "/flags?a=1" }, "/sign-in");
    expect(right).toMatchObject({ status: 303, headers: { location: "/flags?a=1" } });
    const [cookie = ""] = right.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^sombra_session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await reader.words("/flags")).toContain("Signed in as eva");
    await reader.send("/sign-out", {});
    expect(await reader.open("/flags")).toMatchObject({ status: 303 });
  });

  it("is for https only where that is how it came", async () => {
    const admin = await startForTest({ access });
    const reader = createReader(admin);
    const { text } = await reader.open("/sign-in");
    const [, form = ""] = /name="form_token" value="([^"]*)"/.exec(text) ?? [];
    const headers = { "content-type": "application/x-www-form-urlencoded", "x-forwarded-proto": "https" };
    const body = new URLSearchParams({ form_token: form, token: "eva" }).toString();
    const answer = await admin.ask("/sign-in", { method: "POST", headers, body });
    expect(answer.headers["set-cookie"]?.[0]).toContain("Secure");
  });

  it("is over after twelve hours, and where anything of it was changed", async () => {
    let now = sampleNow;
    const { reader } = await signedIn("ana", { now: () => now });
    expect(await reader.open("/flags")).toMatchObject({ status: 200 });
    const value = reader.cookies.get("sombra_session") ?? "";
    const [name = "", ends = "", signature = ""] = value.split(".");
    const forged = [
      [Buffer.from("rui").toString("base64url"), ends, signature],
      [name, String(Number(ends) + 1), signature],
      [name, ends, `${signature.slice(1)}A`],
      [name, ends, ""],
    ].map((parts) => parts.join("."));
    for (const cookie of forged) {
      reader.cookies.set("sombra_session", cookie);
      expect(await reader.open("/flags")).toMatchObject({ status: 303 });
    }
    reader.cookies.set("sombra_session", value);
    now += sessionMs - 1;
    expect(await reader.open("/flags")).toMatchObject({ status: 200 });
    now += 1;
    expect(await reader.open("/flags")).toMatchObject({ status: 303 });
    expect(await reader.open("/live", { accept: "text/event-stream" })).toMatchObject({ status: 401 });
  });

  it("is good on another instance with the same keys and token, and after a new key took over", async () => {
    const { reader } = await signedIn("eva", { keys: () => ["old"] });
    const other = await startForTest({ access, keys: () => ["new", "old"] });
    const stranger = await startForTest({ access, keys: () => ["else"] });
    const changed = { ...sampleToken("other", ["read"]), name: "eva" };
    const renewed = await startForTest({ access: { hosts: [], tokens: [changed] }, keys: () => ["old"] });
    const headers = { accept: "text/html", cookie: `sombra_session=${reader.cookies.get("sombra_session")}` };
    expect(await ask(other.port, "/flags", { headers })).toMatchObject({ status: 200 });
    for (const { port } of [stranger, renewed]) {
      expect(await ask(port, "/flags", { headers })).toMatchObject({ status: 303 });
    }
  });

  it("changes nothing by the API unless the page's own token comes with it", async () => {
    const { reader, ask: call, kills } = await signedIn("ana");
    const cookie = `sombra_session=${reader.cookies.get("sombra_session")}`;
    expect(await call("/api/ledger", { headers: { cookie } })).toMatchObject({ status: 200 });
    expect(await call("/api/kill", { method: "POST", headers: { cookie } })).toMatchObject({ status: 403 });
    const [, form = ""] = /name="form_token" value="([^"]*)"/.exec((await reader.open("/")).text) ?? [];
    const headers = { cookie, "x-form-token": form };
    expect(await call("/api/kill", { method: "POST", headers })).toMatchObject({ status: 200 });
    expect(kills).toHaveLength(1);
  });
});

describe("the red button", () => {
  it("takes everything to legacy with a reason, says so everywhere, and back", async () => {
    const admin = await startForTest();
    const reader = createReader(admin);
    expect(await reader.words("/flags")).toContain("Everything to legacy");
    expect(await reader.send("/kill", { reason: "orders are lost" }, "/flags")).toMatchObject({
      status: 303,
      headers: { location: "/flags" },
    });
    for (const path of ["/", "/flags", "/divergences"]) {
      expect(await reader.words(path)).toContain("Everything is on legacy The kill switch is on, on the only instance");
    }
    expect(await reader.send("/kill/undo", {})).toMatchObject({ status: 303, headers: { location: "/" } });
    expect(await reader.words("/")).not.toContain("Everything is on legacy");
    const actor = { kind: "dashboard", name: "loopback" };
    expect(admin.kills).toEqual([
      { killed: true, actor, reason: "orders are lost" },
      { killed: false, actor, reason: null },
    ]);
  });

  it("says of each instance whether it is on legacy", async () => {
    const admin = await startForTest({
      killed: () => true,
      instances: () => [
        { name: "one:1", own: true, killed: true },
        { name: "two:2", own: false, killed: false },
        { name: "three:3", own: false, killed: null },
      ],
    });
    const seen = await createReader(admin).words("/");
    expect(seen).toContain("Everything goes to legacy The kill switch is on, on 1 of 3 instances so far");
    expect(seen).toContain("one:1 (this one) on legacy two:2 not yet three:3 gives no sign");
  });

  it("is not pressed by a link, and asks what it asks without script", async () => {
    const admin = await startForTest();
    const { text } = await createReader(admin).open("/kill");
    expect(text).toContain("Everything to legacy?");
    expect(admin.kills).toEqual([]);
  });

  it.each(["", "made-up"])("is not pressed without the form's token (%j)", async (form) => {
    const { reader, kills } = await signedIn("ana");
    expect(await reader.send("/kill", { form_token: form })).toMatchObject({ status: 403 });
    expect(kills).toEqual([]);
  });

  it("is not pressed by somebody else's form", async () => {
    const { reader, ask: call, kills } = await signedIn("ana");
    const other = createReader({ ask: call });
    await other.send("/sign-in", { token: "eva" }, "/sign-in");
    const [, form = ""] = /name="form_token" value="([^"]*)"/.exec((await other.open("/")).text) ?? [];
    expect(await reader.send("/kill", { form_token: form })).toMatchObject({ status: 403 });
    expect(kills).toEqual([]);
  });

  it("is offered to who may press it only, and refused to others", async () => {
    for (const name of ["eva", "rui"]) {
      const { reader, kills } = await signedIn(name);
      expect((await reader.open("/")).text).not.toContain('action="/kill"');
      expect(await reader.send("/kill", {})).toMatchObject({ status: 403 });
      expect(kills).toEqual([]);
    }
    const { reader } = await signedIn("ana");
    expect((await reader.open("/")).text).toContain('action="/kill"');
  });
});

describe("a live part", () => {
  it("is rendered once a second for all who are shown the same, and at once after a change", async () => {
    let now = sampleNow;
    let rendered = 0;
    const admin = await startForTest({
      now: () => now,
      routes() {
        rendered += 1;
        return [];
      },
    });
    const [one, other] = [createReader(admin), createReader(admin)];
    await Promise.all([one.open("/flags-live"), other.open("/flags-live"), one.open("/flags-live")]);
    expect(rendered).toBe(1);
    now += 1_000;
    await other.open("/flags-live");
    expect(rendered).toBe(2);
    await one.send("/kill", {}, "/kill");
    expect((await other.open("/live/banner")).text).toContain("Everything is on legacy");
  });
});

describe("what traffic and people bring", () => {
  it("is a text wherever it stands", async () => {
    const attack = `x"'><img src=x onerror=alert(1)>&`;
    const admin = await startForTest({
      degraded: () => [attack],
      environment: attack,
      version: attack,
      instances: () => [
        { name: attack, own: true, killed: true },
        { name: attack, own: false, killed: false },
      ],
      killed: () => true,
      settings: () => [{ name: attack, value: attack, from: "file", line: 1 }],
    });
    const record = sampleRecord({ exchange: "e1", route: attack, method: attack });
    tallyExchange(admin.tally, {
      ...record,
      items: record.items.map((item) => ({ ...item, kind: attack, reason: attack })),
    });
    const reader = createReader(admin);
    for (const path of [
      "/",
      "/divergences",
      "/exchanges/e1",
      "/settings",
      `/${encodeURIComponent(attack)}?a=${encodeURIComponent(attack)}`,
    ]) {
      const { text } = await reader.open(path);
      expect(text, path).not.toContain("<img");
      expect(text, path).not.toContain(`"'>`);
    }
  });
});
