import { describe, expect, it } from "vitest";
import { sign } from "./signature.ts";

describe("a signature", () => {
  it.each([
    [
      '{"object":"whatsapp_business_account","entry":[]}',
      "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756",
    ],
    [
      '{"object": "whatsapp_business_account", "entry": []}',
      "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a",
    ],
    [
      String.raw`{"text":{"body":"Ol\u00e1 \ud83d\udc4d a\/b x\u0040y.z"}}`,
      "0dd7467cd201be8972010481c6b190fe57dbe21cc59e3c62f2de31eb58d5c26f",
    ],
  ])("is over the bytes as they are: %s", (body, hex) => {
    expect(sign(Buffer.from(body), "test_app_secret")).toBe(`sha256=${hex}`);
  });
});
