import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBodyDigest } from "./body-digest.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

function digest(contentType: string | null, ...chunks: readonly Uint8Array[]) {
  const writer = createBodyDigest(contentType);
  for (const chunk of chunks) writer.update(chunk);
  return writer.end();
}

/** As `fetch` writes it. */
async function form(file: Uint8Array, type: string): Promise<{ readonly type: string; readonly body: Buffer }> {
  const data = new FormData();
  data.set("messaging_product", "whatsapp");
  data.set("type", type);
  data.set("file", new Blob([Buffer.from(file)], { type }), "a.png");
  const request = new Request("http://127.0.0.1/", { method: "POST", body: data });
  const body = Buffer.from(await request.arrayBuffer());
  return { type: request.headers.get("content-type") ?? "", body };
}

describe("the digest of a body", () => {
  it("is of the file alone where there is one, whatever the boundary and the pieces", async () => {
    const file = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom("\r\n--", "\r\n\r\n--\r\n").map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(file, fc.array(fc.nat(700), { maxLength: 5 }), async (bytes, cuts) => {
        const { type, body } = await form(bytes, "image/png");
        const places = [0, ...cuts.toSorted((a, b) => a - b), body.length];
        const chunks = places.map((at, i) => body.subarray(at, places[i + 1] ?? body.length));
        expect(digest(type, ...chunks)).toEqual({ size: bytes.length, sha256: sha256(bytes), type: "image/png" });
      }),
    );
  });

  it.each([
    ["that is no form", "application/octet-stream; a=b", "abc"],
    ["that is no form, of no type", null, "abc"],
    ["that is a form without a file", "multipart/form-data; boundary=x", '--x\r\nA: name="a"\r\n\r\n1\r\n--x--'],
    ["that is no form though declared", "multipart/form-data; boundary=x", "abc"],
    ["that is a form without a boundary", "multipart/form-data", "--x"],
    ["with a header without end", "multipart/form-data; boundary=x", `--x\r\n${"a".repeat(10_000)}`],
  ])("is of a whole body %s", (_, type, text) => {
    const declared = type === null ? null : (type.split(";")[0] ?? "");
    expect(digest(type, Buffer.from(text))).toEqual({
      size: text.length,
      sha256: sha256(Buffer.from(text)),
      type: declared,
    });
  });

  it("is of what came of a file that breaks off, and of the first of several", () => {
    const head = (name: string) => `Content-Disposition: form-data; name="${name}"; filename="${name}"\r\n\r\n`;
    const text = (...parts: readonly string[]) => Buffer.from(parts.join(""));
    const type = 'multipart/form-data; boundary="x y"';
    const two = text("--x y\r\n", head("a"), "abc", "\r\n--x y\r\n", head("b"), "defg", "\r\n--x y--\r\nafter");
    expect(digest(type, two)).toEqual({ size: 3, sha256: sha256(Buffer.from("abc")), type: null });
    expect(digest(type, text("--x y\r\n", head("a"), "abc", "d".repeat(20))).size).toBeGreaterThan(10);
  });
});
