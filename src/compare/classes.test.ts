import { describe, expect, it } from "vitest";
import { Around, changeBetween, classOf, type ValueClass } from "./classes.ts";
import type { Value } from "./redact.ts";

const at = Date.parse("2026-11-21T10:45:30.250Z");
const uuids = ["123e4567-e89b-12d3-a456-426614174000", "0197c3a2-0000-7000-8000-00000000000f"] as const;
const tokens = ["x7Kq2mZp9Wv4Rt8LbN3c", "Jf5Yh1Gs6Dk0Qa8Ue2Xo"] as const;
const wamids = [
  "wamid.HBgMOTk5MDEwMDAwMDQyFQIAEhgWM0VCMDlDAA==",
  "wamid.HBgMOTk5MDEwMDAwMDQyFQIAEhgWM0VCMDlEAA==",
] as const;

describe("the class of a value", () => {
  it.each<[Value, ValueClass]>([
    [undefined, "absent"],
    [null, "null"],
    [true, "boolean"],
    [5, "number"],
    ["", "text"],
    ["Olá, tudo bem?", "text"],
    [new Uint8Array(1), "bytes"],
    [[1], "array"],
    [{ a: 1 }, "object"],
    [uuids[0], "uuid"],
    [`urn:uuid:${uuids[0]}`, "uuid"],
    [uuids[0].toUpperCase(), "uuid"],
    [wamids[0], "wamid"],
    [tokens[0], "token"],
    ["2026-11-21T10:45:31Z", "time"],
    ["2019-01-01T00:00:00Z", "time"],
    ["Sat, 21 Nov 2026 10:45:31 GMT", "time"],
    [1_795_257_931, "time"],
    [1_795_257_931.5, "time"],
    [1_795_257_931_000, "time"],
    ["1795257931", "time"],
    [1_595_257_931, "number"],
    ["1595257931", "text"],
    ["5511999990000", "text"],
    [5_511_999_990_000, "number"],
    ["2026-11-21", "text"],
    ["10:45", "text"],
    ["12345678-1234-1234-1234-12345678901z", "text"],
  ])("%j is %s", (value, expected) => {
    expect(classOf(value, new Around(at))).toBe(expected);
  });
});

describe("a change between values", () => {
  it.each<[string, Value, Value, string, string | null]>([
    ["two UUIDs", uuids[0], uuids[1], "uuid", "uuid"],
    ["two wamids", wamids[0], wamids[1], "wamid", "wamid"],
    ["two tokens", tokens[0], tokens[1], "token", "token"],
    ["two readings of a clock", "2026-11-21T10:45:30.100Z", "2026-11-21T10:45:31.000Z", "time", "time"],
    ["two readings in seconds", 1_795_257_931, 1_795_257_932, "time", "time"],
    ["two readings as text", "1795257931", "1795257932", "time", "time"],
    ["two appointments", "2026-11-21T15:00:00Z", "2026-11-21T15:30:00Z", "time", null],
    ["an appointment and a reading", "2026-11-21T15:00:00Z", "2026-11-21T15:00:30Z", "time", null],
    ["times of another year", "2025-11-21T10:45:31Z", "2025-11-21T10:45:32Z", "time", null],
    ["now against another day", "2026-11-21T10:45:31Z", "2026-11-23T10:45:32Z", "time", null],
    ["a number against its text", 1_795_257_931, "1795257931", "time", null],
    ["a UUID against a token", uuids[0], tokens[0], "uuid>token", null],
    ["two words", "yes", "no", "text", null],
    ["two telephone numbers", "5511999990000", "5511999990001", "text", null],
    ["two prices", 49.9, 59.9, "number", null],
    ["two prices as text", "R$ 1.049,90", "R$ 1.059,90", "text", null],
    ["text against nothing", "yes", undefined, "text>absent", null],
    ["a UUID in a text", `order ${uuids[0]} is here`, `order ${uuids[1]} is here`, "text+uuid", "text+uuid"],
    [
      "a token in a URL",
      `https://x.test/pay?t=${tokens[0]}&n=1`,
      `https://x.test/pay?t=${tokens[1]}&n=1`,
      "text+token",
      "text+token",
    ],
    ["a time in a text", "at 2026-11-21T10:45:31Z.", "at 2026-11-21T10:45:32Z.", "text+time", "text+time"],
    ["several in a text", `${uuids[0]} ${tokens[0]}`, `${uuids[1]} ${tokens[1]}`, "text+several", "text+several"],
    ["a UUID in another text", `order ${uuids[0]} is here`, `order ${uuids[1]} is late`, "text", null],
    ["a UUID in a text, and a price", `${uuids[0]} 49.90`, `${uuids[1]} 59.90`, "text", null],
    ["the same UUID in another text", `order ${uuids[0]}`, `orders ${uuids[0]}`, "text", null],
    ["a mark of ours in a text", `\u0000 ${uuids[0]}`, `${uuids[0]} \u0000`, "text", null],
    ["an old time in a text", "at 2020-11-21T10:45:31Z.", "at 2020-11-21T10:45:32Z.", "text", null],
  ])("%s", (_, legacy, candidate, word, volatile) => {
    expect(changeBetween(legacy, candidate, new Around(at))).toEqual({ word, volatile });
    const [left = "", right] = word.split(">");
    expect(changeBetween(candidate, legacy, new Around(at))).toEqual({
      word: right === undefined ? left : `${right}>${left}`,
      volatile,
    });
  });

  it("depends on the time only where a value may be one", () => {
    const asked = (legacy: Value, candidate: Value): boolean => {
      const now = new Around(at);
      changeBetween(legacy, candidate, now);
      return now.asked;
    };
    expect(asked("queued", "sent")).toBe(false);
    expect(asked(1, 2)).toBe(false);
    expect(asked(uuids[0], uuids[1])).toBe(false);
    expect(asked(1_795_257_931, 3)).toBe(true);
    expect(asked("2026-11-21T10:45:30Z", "2026-11-21T10:45:31Z")).toBe(true);
  });
});
