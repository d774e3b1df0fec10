import { describe, expect, it } from "vitest";
import { createUrlOf } from "./address.ts";

const head = (target: string, ...rawHeaders: readonly string[]) => ({ method: "POST", target, rawHeaders });
const forwarded = ["X-Forwarded-Proto", "http, https", "x-forwarded-host", "shop.example", "X-Forwarded-Port", "8443"];

describe("the address that was called", () => {
  it.each([
    ["https://shop.example/a?b=1", head("/a?b=1", "Host", "shop.example")],
    ["https://shop.example:8080/a", head("/a", "host", "shop.example:8080")],
    ["https://shop.example/a", head("http://other.example:80/a", "host", "shop.example")],
    ["https://first.example/", head("/", "Host", "first.example", "Host", "second.example")],
    ["https:///a", head("/a")],
    ["https://inside/a", head("/a", "Host", "inside", ...forwarded)],
  ])("is %s by its own header, over TLS", (url, of) => {
    expect(createUrlOf({ publicUrl: null, trustForwarded: false })(of)).toBe(url);
  });

  it.each([
    ["http://shop.example:8443/a", forwarded],
    ["https://shop.example/a", ["X-Forwarded-Proto", "https", "X-Forwarded-Host", "shop.example, inner"]],
    ["https://shop.example/a", ["X-Forwarded-Host", "shop.example", "X-Forwarded-Port", "443"]],
    [
      "http://shop.example/a",
      ["X-Forwarded-Host", "shop.example", "X-Forwarded-Proto", "http", "X-Forwarded-Port", "80"],
    ],
    ["https://shop.example:9/a", ["X-Forwarded-Host", "shop.example:9", "X-Forwarded-Port", "443"]],
    ["https://inside:81/a", ["X-Forwarded-Port", "81"]],
    ["https://inside/a", ["X-Forwarded-Proto", "", "X-Forwarded-Host", " , x"]],
    ["https://inside/a", []],
  ])("is %s by what proxies wrote, where they are trusted: %j", (url, fields) => {
    expect(createUrlOf({ publicUrl: null, trustForwarded: true })(head("/a", "Host", "inside", ...fields))).toBe(url);
  });

  it("is the configured one before the path, whatever the header says", () => {
    const urlOf = createUrlOf({ publicUrl: "https://shop.example/base", trustForwarded: true });
    expect(urlOf(head("/a?b", "Host", "inside", ...forwarded))).toBe("https://shop.example/base/a?b");
    expect(urlOf(head("http://inside/a"))).toBe("https://shop.example/base/a");
  });
});
