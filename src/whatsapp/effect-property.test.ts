import fc from "fast-check";
import { expect, it } from "vitest";
import type { DeclaredEffect } from "../model/index.ts";
import { declaredEffect } from "./declared-effect.ts";
import { atMs, effect } from "./sample.ts";

it("no call and no declaration is beyond it", () => {
  const json = fc.oneof(fc.json(), fc.string());
  const fields = fc.record(
    {
      to: fc.jsonValue(),
      type: fc.constantFrom("text", "template", "image", "interactive", "reaction", "x"),
      text: fc.jsonValue(),
      template: fc.oneof(fc.jsonValue(), fc.record({ components: fc.jsonValue(), language: fc.jsonValue() })),
      image: fc.jsonValue(),
      interactive: fc.oneof(fc.jsonValue(), fc.record({ header: fc.jsonValue() })),
      reaction: fc.jsonValue(),
      context: fc.jsonValue(),
      status: fc.constantFrom("read", 1),
    },
    { requiredKeys: [] },
  );
  const call = fc.record({
    upstream: fc.constantFrom("graph", "crm"),
    method: fc.constantFrom("GET", "POST", "DELETE", "PATCH"),
    target: fc.oneof(fc.constantFrom("/v23.0/1/messages", "/1/media", "/1/calls", "/1"), fc.webPath(), fc.string()),
    contentType: fc.constantFrom(
      null,
      "application/json",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=a",
    ),
    body: fc.oneof(
      json,
      fields.map((value) => JSON.stringify(value)),
    ),
    answer: fc.option(fc.record({ status: fc.constantFrom(200, 500), body: json.map((text) => Buffer.from(text)) })),
  });
  fc.assert(
    fc.property(call, (some) => {
      const made = effect(some);
      expect(made.kind).toMatch(/^[a-z-]+(\.[a-z]+)?$/);
      expect(JSON.parse(JSON.stringify(made.payload))).toEqual(made.payload);
    }),
    { numRuns: 500 },
  );
  const kind = fc.constantFrom<DeclaredEffect["kind"]>("event", "assignment");
  fc.assert(
    fc.property(kind, fc.string(), fc.anything(), (declaredKind, name, payload) => {
      const declared = { side: "legacy", atMs, traceId: null, exchange: null, disposition: "held" } as const;
      expect(declaredEffect({ ...declared, kind: declaredKind, name, payload }).operation).toBe("event");
    }),
  );
});
