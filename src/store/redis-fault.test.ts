import { expect, it } from "vitest";
import { isMisplaced, redisFault } from "./redis-fault.ts";

it.each([
  ["NOAUTH Authentication required.", "unreachable", "wants a password"],
  ["WRONGPASS invalid username-password pair or user is disabled.", "unreachable", "refuses the user or the password"],
  ["NOPERM this user has no permissions to run the 'eval' command", "unreachable", "allow all commands"],
  ["ERR ACL failure in script: User x has no permissions to run the 'rename' command", "unreachable", "allow all"],
  ["LOADING Redis is loading the dataset in memory", "unreachable", "is loading its data"],
  ["CLUSTERDOWN The cluster is down", "unreachable", "not all of its slots"],
  ["MOVED 1234 127.0.0.1:7001", "unreachable", "redis+cluster://"],
  ["READONLY You can't write against a read only replica.", "read-only", "is a replica"],
  ["OOM command not allowed when used memory > 'maxmemory'.", "read-only", "raise maxmemory"],
  ["MISCONF Redis is configured to save RDB snapshots", "read-only", "see its log"],
  ["NOREPLICAS Not enough good replicas to write.", "read-only", "too few of its replicas"],
  ["BUSY Redis is busy running a script.", "busy", "a long script"],
  ["WRONGTYPE Operation against a key holding the wrong kind of value", "corrupt", "something else"],
  ["ERR This instance has cluster support disabled", "unreachable", "is no cluster"],
  ["ERR unknown command `X`, with args beginning with: `5511900000000`", "unreachable", "Redis 6.2"],
  ["ERR something new about 5511900000000", "unreachable", "fails: ERR"],
  ["Connection is closed.", "unreachable", "has closed the connection"],
])("makes a fault of '%s' that says what to do", (message, fault, says) => {
  const error = redisFault(new Error(message), "redis://localhost:6379/0");
  expect(error).toMatchObject({ name: "StoreError", fault });
  expect(error.message).toContain(says);
  expect(error.message).toContain("'redis://localhost:6379/0'");
  expect(error.message).not.toContain("5511900000000");
});

it("names the system's error, and what the last node of a cluster said", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  expect(redisFault(refused, "r").message).toBe("Redis 'r' cannot be reached: ECONNREFUSED");
  expect(redisFault(Object.assign(new Error("Failed"), { lastNodeError: refused }), "r").message).toContain(
    "ECONNREFUSED",
  );
  expect(redisFault(null, "r").message).toBe("Redis 'r' does not answer");
});

it("looks for another server where this one takes no writes", () => {
  expect(["READONLY x", "LOADING x", "OOM x"].map((message) => isMisplaced(new Error(message)))).toEqual([
    true,
    true,
    false,
  ]);
});
