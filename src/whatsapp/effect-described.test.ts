/** Uses requests and answers of Meta's published description from beside the repository; skipped where they are absent. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { effect } from "./sample.ts";

const described = new URL("../../../shared/graph-api/facebook__openapi/", import.meta.url);
const present = existsSync(described);

describe.skipIf(!present)("the requests of Meta's description", () => {
  const requests = present ? readdirSync(new URL("requests", described)) : [];

  it.each(requests)("are read: %s", (file) => {
    const body = readFileSync(new URL(`requests/${file}`, described), "utf8");
    const answers = new URL(`responses/${file}`, described);
    const answer = existsSync(answers) ? { status: 200, body: readFileSync(answers) } : null;
    const made = effect({ body, answer });
    const fields = JSON.parse(body);
    const type = fields.type ?? (fields.interactive === undefined ? "text" : "interactive");
    if (file.includes("typing")) expect(made).toMatchObject({ operation: "typing", produced: [] });
    else {
      expect(made).toMatchObject({ operation: "send", kind: `send.${type}`, recipient: expect.any(String) });
      expect(Object.keys(made.payload ?? {})).toContain(type);
      expect(made.produced.length).toBe(answer === null ? 0 : 1);
    }
  });

  it("are there", () => {
    expect(requests.length).toBeGreaterThan(45);
  });
});
