import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { RouteEntry } from "./deps.ts";
import { createSampleFlags, sampleFlag, startForTest } from "./sample.ts";
import { sampleDivergence, sampleItem, sampleRecord, tallyExchange } from "./ui/sample.ts";

/** What a reader sees, without markup. */
function words(page: string): string {
  const [, body = ""] = page.split("<body>");
  return body.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

describe("the page", () => {
  it("shows routes, ledger, divergences, latencies and the latest exchanges as they are now", async () => {
    const { ask, tally, pending } = await startForTest({ degraded: () => ["Store is stale"] });
    tallyExchange(tally, sampleRecord());
    tally.histogram("latency_ms", { route: "default", side: "legacy" }).record(12);
    pending["default"] = 3;
    const { text, headers } = await ask("/");
    expect(headers["content-type"]).toBe("text/html; charset=UTF-8");
    const seen = words(text);
    for (const what of [
      "The flags decide",
      "Everything to legacy",
      "Store is stale",
      "dual-run Legacy answers; the candidate is called at the same time and compared",
      "http://127.0.0.1:3001",
      "http://127.0.0.1:3002",
      "CANONICAL_DUAL",
      "received 4",
      "divergent 1",
      "pending 3",
      "critical /body/messages/*/id changed string&gt;absent answer, message.text, route default 1 – 1 2026-01-02 03:04:05 UTC e1",
      "p50 p95 p99 legacy 12.5",
      "candidate – – –",
      "Latest exchanges",
    ]) {
      expect(seen).toContain(what);
    }
    expect(text).toContain('href="/exchanges/e1"');
  });

  it("says of an idle proxy that nothing was found", async () => {
    const { ask } = await startForTest();
    const seen = words((await ask("/")).text);
    expect(seen).toContain("None so far");
    expect(seen).not.toContain("Degraded");
    expect(seen).not.toContain("Latest exchanges");
  });

  it("shows the hundred gravest groups and says how many more there are", async () => {
    const { ask, tally } = await startForTest();
    const divergences = Array.from({ length: 130 }, (_, i) => ({ ...sampleDivergence, signature: `sig${i}` }));
    tallyExchange(tally, sampleRecord({ items: [sampleItem({ divergences })] }));
    const { text } = await ask("/");
    expect(text.match(/badge critical/g)).toHaveLength(100);
    expect(words(text)).toContain("30 more: /api/divergences");
  });

  it.each(["/admin", "/admin/"])("is where %s leads", async (path) => {
    const { ask } = await startForTest();
    expect(await ask(path)).toMatchObject({ status: 302, headers: { location: "/" } });
  });
});

describe("the flags of the page", () => {
  it("come with what they say, their source and version, lists as counts", async () => {
    const { ask, json } = await startForTest({}, [sampleFlag({ description: "New pipeline", percent: 5 })]);
    expect(words((await ask("/")).text)).toContain("CANONICAL New pipeline 5 % env –");
    const lists = { allowlist: ["5511999990000"], denylist: ["mallory", "eva"], forceOn: ["ana"] };
    await json("/api/flags/CANONICAL", { method: "PATCH", body: { enabled: true, ...lists } });
    const { text } = await ask("/");
    const said = "enabled, 5 %, allowlist of 1, denylist of 2, 1 forced on";
    expect(words(text)).toContain(`CANONICAL New pipeline ${said} sqlite over env 1`);
    expect(words(text)).toContain("CANONICAL_DUAL on until a value says off code –");
    expect(words(text)).toContain("CANONICAL_BACK off by default code –");
    expect(text).not.toMatch(/5511999990000|mallory/);
    expect(text).toContain('href="/api/flags/CANONICAL"');
  });

  it("say which of them SOMBRA_FORCE_OFF holds off", async () => {
    const environment = [sampleFlag({ percent: 5 })];
    const { ask } = await startForTest(createSampleFlags(environment, ["CANONICAL", "CANONICAL_DUAL"]).deps);
    const seen = words((await ask("/")).text);
    expect(seen).toContain("CANONICAL off by SOMBRA_FORCE_OFF 5 %");
    expect(seen).not.toContain("CANONICAL_DUAL off by SOMBRA_FORCE_OFF");
  });

  it("are said to be the last known ones while the store is not up, once", async () => {
    const stale = "The store (sqlite) is not up, flags are the last known ones, stale for 5 s: it does not answer";
    const { ask, flags } = await startForTest({
      degraded: () => (flags.deps.flags()?.store.up === false ? [stale] : []),
    });
    expect(words((await ask("/")).text)).not.toContain("stale");
    flags.lose("it does not answer");
    const seen = words((await ask("/")).text);
    expect(seen.match(/stale/g)).toHaveLength(1);
    expect(seen).toContain(stale);
    expect(seen).toContain("changes are refused until the store is back, save the kill switch");
  });

  it("say which of them has a record that cannot be read", async () => {
    const { ask, flags } = await startForTest();
    expect(words((await ask("/")).text)).not.toContain("cannot be");
    flags.ail({ writable: true, problem: null, unreadable: ["CANONICAL"] });
    const seen = words((await ask("/")).text);
    expect(seen.match(/\S+ its record cannot be read/g)).toEqual(["CANONICAL its record cannot be read"]);
  });
});

describe("the red button", () => {
  it("takes everything to legacy and back, and shows it", async () => {
    const { ask, kills } = await startForTest();
    expect(await ask("/kill", { method: "POST" })).toMatchObject({ status: 303, headers: { location: "/" } });
    const killed = (await ask("/")).text;
    expect(words(killed)).toContain("Everything is on legacy");
    expect(killed).toContain('<form method="post" action="/kill/undo">');
    expect(await ask("/kill/undo", { method: "POST" })).toMatchObject({ status: 303, headers: { location: "/" } });
    const undone = (await ask("/")).text;
    expect(words(undone)).toContain("The flags decide");
    expect(undone).toContain('<form method="post" action="/kill">');
    const actor = { kind: "dashboard", name: "loopback" };
    expect(kills).toEqual([
      { killed: true, actor, reason: null },
      { killed: false, actor, reason: null },
    ]);
  });

  it("is not pressed by a link", async () => {
    const { ask, kills } = await startForTest();
    expect(await ask("/kill")).toMatchObject({ status: 405 });
    expect(kills).toEqual([]);
  });
});

describe("the page of an exchange", () => {
  it("shows both sides, the decision and the redacted values side by side", async () => {
    const { ask, tally } = await startForTest();
    tallyExchange(tally, sampleRecord({ items: [sampleItem({ divergenceCount: 104 })] }));
    const seen = words((await ask("/exchanges/e1")).text);
    for (const what of [
      "Answered by legacy",
      "legacy all 200 0.25 11.0 10.8 0.00",
      "candidate all none: timeout",
      "Item 1: message.text",
      "Effects of legacy send.text (released) Effects of candidate none",
      "CANONICAL on percent",
      "Divergences (104)",
      "string, length 12 #0123456789abcdef absent",
      "103 more were counted and not kept",
    ]) {
      expect(seen).toContain(what);
    }
  });

  it("is not there for an exchange that nobody kept", async () => {
    const { ask } = await startForTest();
    expect(await ask("/exchanges/e1")).toMatchObject({ status: 404 });
  });
});

describe("pages", () => {
  it("carry no script, and a policy that lets in their own style and nothing else", async () => {
    const { ask, tally } = await startForTest();
    tallyExchange(tally, sampleRecord());
    for (const path of ["/", "/exchanges/e1"]) {
      const { text, headers } = await ask(path);
      expect(text).not.toMatch(/<script|javascript:|\son\w+=|\sstyle=/i);
      const [, css = ""] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
      const hash = createHash("sha256").update(css).digest("base64");
      expect(headers["content-security-policy"]).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      );
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
      });
    }
  });

  it("protect refusals and errors as well", async () => {
    const { ask } = await startForTest({
      renderMetrics() {
        throw new Error("broken");
      },
    });
    for (const [path, host] of [
      ["/", "evil.example"],
      ["/nowhere", "localhost"],
      ["/metrics", "localhost"],
    ] as const) {
      const { headers } = await ask(path, { headers: { host } });
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    }
  });

  it("escape every text they show", async () => {
    const attack = (field: string): string => `${field}"'><img src=x onerror=alert(1)>&`;
    // Words that types close are texts here too: what comes from a store or a later version must not be trusted more.
    const open = (field: string): never => attack(field) as never;
    const route: RouteEntry = {
      name: attack("name"),
      path: attack("path"),
      profile: attack("profile"),
      legacy: attack("legacy"),
      candidate: attack("candidate"),
      flags: {
        enabled: attack("enabled"),
        shadow: attack("shadow"),
        dualRun: attack("dualRun"),
        reverseShadow: attack("reverseShadow"),
      },
      mode: attack("mode"),
    };
    const record = sampleRecord({
      exchange: attack("exchange"),
      route: route.name,
      method: attack("method"),
      answeredBy: open("answeredBy"),
      status: open("status"),
      mode: open("recordMode"),
      calls: [
        {
          side: open("side"),
          items: [0],
          spanId: "",
          startMs: 0,
          endMs: 1,
          latencyMs: 1,
          waitedMs: 0,
          status: null,
          failure: open("failure"),
        },
      ],
      trace: { ...sampleRecord().trace, traceId: attack("trace") },
      items: [
        sampleItem({
          kind: attack("kind"),
          shopper: attack("shopper"),
          mode: open("itemMode"),
          reason: attack("reason"),
          state: { state: "compared", substate: open("substate") },
          flags: [{ flag: attack("flag"), value: true, reason: attack("flagReason") }],
          divergences: [
            {
              where: open("where"),
              path: attack("pointer"),
              kind: open("divergenceKind"),
              severity: open("severity"),
              signature: attack("signature"),
              legacy: { type: open("type"), hash: attack("hash") },
              candidate: { type: open("candidateType") },
              change: attack("change"),
              noise: null,
              downstream: false,
            },
          ],
        }),
      ],
    });
    const flags = [sampleFlag({ description: attack("description"), audience: attack("audience") })];
    const known = createSampleFlags(flags);
    const { ask, tally } = await startForTest({
      flags: known.deps.flags,
      routes: () => [route, { ...route, name: `${route.name}2` }],
      degraded: () => [attack("degraded")],
      version: attack("version"),
    });
    tallyExchange(tally, record);
    const onPage = ["name", "path", "profile", "legacy", "candidate", "enabled", "shadow", "dualRun", "reverseShadow"];
    const ofGroup = ["mode", "degraded", "pointer", "divergenceKind", "where", "kind", "severity", "exchange"];
    const ofRecord = ["name", "method", "answeredBy", "status", "side", "failure", "trace", "exchange", "version"];
    const ofItem = ["kind", "shopper", "itemMode", "reason", "substate", "flag", "flagReason"];
    const ofDivergence = [
      "where",
      "pointer",
      "divergenceKind",
      "severity",
      "signature",
      "type",
      "hash",
      "candidateType",
    ];
    for (const [path, fields] of [
      ["/", [...onPage, ...ofGroup, "description", "audience", "recordMode", "substate", "version"]],
      [`/exchanges/${encodeURIComponent(record.exchange)}`, [...ofRecord, ...ofItem, ...ofDivergence]],
    ] as const) {
      const { status, text } = await ask(path);
      expect(status).toBe(200);
      expect(text).not.toContain("<img");
      expect(text).not.toContain("\"'>");
      const escaped = "&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;";
      expect(fields.filter((field) => !text.includes(`${field}${escaped}`))).toEqual([]);
    }
  });
});
