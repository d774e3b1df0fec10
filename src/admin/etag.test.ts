import { describe, expect, it } from "vitest";
import { startForTest } from "./sample.ts";

const flag = "/api/flags/CANONICAL";

describe("If-Match", () => {
  it.each(['"1"', 'W/"1"', '"7", "1"', "*"])("%s lets a write through that knows version 1", async (ifMatch) => {
    const { json } = await startForTest();
    await json(flag, { method: "PUT", body: { percent: 5 } });
    const headers = { "if-match": ifMatch };
    expect(await json(flag, { method: "PATCH", headers, body: { percent: 6 } })).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
    });
  });

  it('"0" lets the first write through, and no other', async () => {
    const { json } = await startForTest();
    const headers = { "if-match": '"0"' };
    expect(await json(flag, { method: "PUT", headers, body: { percent: 5 } })).toMatchObject({ status: 200 });
    expect(await json(flag, { method: "PUT", headers, body: { percent: 6 } })).toMatchObject({ status: 409 });
  });

  it.each([
    ["PUT", flag, { percent: 9 }],
    ["PATCH", flag, { percent: 9 }],
    ["DELETE", flag, undefined],
    ["POST", `${flag}/members`, { list: "denylist", add: ["ana"] }],
    ["POST", `${flag}/kill`, undefined],
  ])("of a version that is gone refuses a lost update, showing both (%s %s)", async (method, path, body) => {
    const { json, flags } = await startForTest();
    for (const percent of [1, 2]) await json(flag, { method: "PUT", body: { percent } });
    const headers = { "if-match": '"1"' };
    const { status, value } = await json(path, { method, headers, ...(body === undefined ? {} : { body }) });
    expect(status).toBe(409);
    expect(value).toMatchObject({
      title: "Conflict",
      detail: "CANONICAL changed meanwhile: version 1 was expected, it is 2. Look again, then write",
      flag: "CANONICAL",
      expected: 1,
      actual: 2,
    });
    expect(flags.audit).toHaveLength(2);
  });

  it("is of one flag only: another may have moved", async () => {
    const { json } = await startForTest();
    await json(flag, { method: "PUT", body: { percent: 1 } });
    await json("/api/flags/OTHER", { method: "PUT", body: { percent: 1 } });
    const headers = { "if-match": '"1"' };
    expect(await json(flag, { method: "PATCH", headers, body: { percent: 2 } })).toMatchObject({ status: 200 });
  });

  it.each(["1", '"one"', '"1" "2"', ""])("cannot be %j", async (ifMatch) => {
    const { json } = await startForTest();
    const asked = { method: "PATCH", headers: { "if-match": ifMatch } };
    for (const [path, body] of [
      [flag, { percent: 5 }],
      ["/api/flags", { flags: {} }],
    ] as const) {
      const { status, value } = await json(path, { ...asked, body });
      expect({ status, value }).toMatchObject({ status: 400, value: { detail: expect.stringContaining("If-Match") } });
    }
  });
});
