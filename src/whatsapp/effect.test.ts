import { describe, expect, it } from "vitest";
import { atMs, effect } from "./sample.ts";

describe("another call of the Graph API", () => {
  it.each([
    [
      "mark-read",
      "mark-read",
      { body: '{"status":"read","message_id":"wamid.1"}' },
      { refersTo: "wamid.1", payload: {} },
    ],
    [
      "typing",
      "typing",
      { body: '{"status":"read","message_id":"wamid.1","typing_indicator":{"type":"text"}}' },
      { refersTo: "wamid.1", payload: { typing_indicator: { type: "text" } }, recipient: null },
    ],
    ["media", "media-delete", { method: "DELETE", target: "/v23.0/17" }, { ids: ["17"], payload: {} }],
    ["read", "media-lookup", { method: "GET", target: "/v23.0/17" }, {}],
    ["read", "list", { method: "GET", target: "/v23.0/1/message_templates" }, {}],
    ["read", "other", { method: "GET", target: "/v23.0/1?fields=x" }, { target: "GET /1" }],
    [
      "write",
      "other",
      { target: "/v23.0/1/register?access_token=x&a=b", body: '{"pin":"1"}' },
      { target: "POST /1/register", payload: { body: { pin: "1" }, query: { a: ["b"] } }, phone: "1" },
    ],
    [
      "send",
      "call",
      { target: "/1/calls", body: '{"to":"+447700900123","action":"connect","session":{"sdp":"x"}}' },
      { recipient: "447700900123", payload: { action: "connect" } },
    ],
    [
      "media",
      "media-upload",
      { target: "/v23.0/1/media", digest: { size: 3, sha256: "ab", type: "image/png" } },
      { payload: { file: { size: 3, sha256: "ab", type: "image/png" } }, phone: "1" },
    ],
  ] as const)("is %s of kind %s", (operation, kind, call, rest) => {
    expect(effect(call)).toMatchObject({ operation, kind, ...rest });
  });
});

describe("a call of another API", () => {
  const crm = { upstream: "crm", target: "/contacts?b=2&a=1", method: "PUT" };

  it("is its method, path and body", () => {
    expect(effect({ ...crm, body: '{"z":1,"a":[true,null]}' })).toMatchObject({
      operation: "write",
      kind: "write.crm",
      target: "PUT /contacts",
      recipient: null,
      payload: { body: { a: [true, null], z: 1 }, query: { a: ["1"], b: ["2"] } },
    });
    expect(effect({ ...crm, method: "GET" })).toMatchObject({ operation: "read", kind: "read.crm" });
    expect(effect(crm, { class: "read" })).toMatchObject({ operation: "read", kind: "read.crm" });
    expect(effect({ ...crm, contentType: "application/x-www-form-urlencoded", body: "b=1&b=2" }).payload).toMatchObject(
      {
        body: { b: ["1", "2"] },
      },
    );
    expect(effect({ ...crm, contentType: "text/plain", body: "Olá" }).payload).toMatchObject({
      body: { size: 4, type: "text/plain" },
    });
  });

  it("keeps what is new in each copy", () => {
    const body = (ms: number, id: string, wamid: string) =>
      JSON.stringify({
        id,
        at: new Date(ms).toISOString(),
        seconds: Math.round(ms / 1000),
        ms: String(ms),
        wamid,
        due: "2026-03-01T09:00:00Z",
        count: 3,
      });
    const written = body(atMs, "0197c3a2-0000-7000-8000-000000000001", "wamid.1");
    expect(effect({ ...crm, body: written }).payload).toMatchObject({ body: JSON.parse(written) });
  });
});
