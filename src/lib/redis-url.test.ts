import { describe, expect, it } from "vitest";
import { parseRedisUrl, redisName } from "./redis-url.ts";

const open = { username: null, password: null, tls: false, db: 0 };

describe("parseRedisUrl", () => {
  it.each([
    ["redis://localhost", { kind: "single", ...open, address: { host: "localhost", port: 6379 } }],
    ["redis://localhost:7000/3", { kind: "single", ...open, db: 3, address: { host: "localhost", port: 7000 } }],
    ["REDIS://localhost/", { kind: "single", ...open, address: { host: "localhost", port: 6379 } }],
    ["rediss://[::1]:7000", { kind: "single", ...open, tls: true, address: { host: "::1", port: 7000 } }],
    [
      "redis://anna:p%40ss%3Aw@rd@localhost",
      { kind: "single", ...open, username: "anna", password: "p@ss:w@rd", address: { host: "localhost", port: 6379 } },
    ],
    [
      "redis://:secret@localhost",
      { kind: "single", ...open, password: "secret", address: { host: "localhost", port: 6379 } },
    ],
    [
      "redis+sentinel://:secret@h1,h2:7000/mymaster/2?sentinel_password=other",
      {
        kind: "sentinel",
        ...open,
        password: "secret",
        db: 2,
        sentinels: [
          { host: "h1", port: 26_379 },
          { host: "h2", port: 7000 },
        ],
        master: "mymaster",
        sentinel: { username: null, password: "other" },
      },
    ],
    [
      "rediss-cluster://h1:7000,h2",
      {
        kind: "cluster",
        ...open,
        tls: true,
        nodes: [
          { host: "h1", port: 7000 },
          { host: "h2", port: 6379 },
        ],
      },
    ],
  ])("reads %s", (url, target) => {
    expect(parseRedisUrl(url)).toEqual({ ok: true, target });
  });

  it.each([
    ["", "Must be one of"],
    ["localhost:6379", "Must be one of"],
    ["http://:secret@localhost", "Must be one of"],
    ["redis://", "Must name each host"],
    ["redis://:secret@", "Must name each host"],
    ["redis://localhost:0", "a port from 1 to 65535"],
    ["redis://:secret@localhost:65536", "a port from 1 to 65535"],
    ["redis://:secret@local host", "Must name each host"],
    ["redis://secret@localhost", "Must have a colon before the password"],
    ["redis://:secret%zz@localhost", "written as %25"],
    ["redis://:secret@localhost/one", "Must name the database by a number"],
    ["redis://:secret@localhost/1/2", "Must have nothing but the number"],
    ["redis://:secret@localhost?password=secret", "Must have no parameters"],
    ["redis://:secret@h1,h2", "Must name one host only"],
    ["redis+sentinel://:secret@h1", "Must name the master"],
    ["redis+sentinel://:secret@h1/mymaster/2/3", "Must name the master"],
    ["redis+cluster://:secret@h1/2", "a cluster has only number 0"],
  ])("says what is wrong with %s, and no secret", (url, problem) => {
    const parsed = parseRedisUrl(url);
    expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(problem) });
    expect(JSON.stringify(parsed)).not.toContain("secret");
  });
});

describe("redisName", () => {
  it.each([
    ["redis://anna:secret@localhost", "redis://localhost:6379/0"],
    ["rediss://:secret@[::1]:7000/1", "rediss://[::1]:7000/1"],
    ["redis-sentinel://:secret@h1,h2:7/m", "redis+sentinel://h1:26379,h2:7/m/0"],
    ["redis+cluster://:secret@h1,h2:7", "redis+cluster://h1:6379,h2:7"],
  ])("calls %s %s", (url, name) => {
    const parsed = parseRedisUrl(url);
    expect(parsed.ok && redisName(parsed.target)).toBe(name);
  });
});
