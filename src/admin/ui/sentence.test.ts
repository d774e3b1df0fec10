import { describe, expect, it } from "vitest";
import { sentence } from "./sentence.ts";

describe("what differs", () => {
  it.each([
    ["/effects/send.text/*", "extra", "The candidate sends a text that legacy does not"],
    ["/effects/send.image/0", "missing", "Legacy sends an image that the candidate does not"],
    ["/effects/send.other/*", "duplicated", "Both send a message, not equally often"],
    ["/effects/send.text/*/text/body", "changed", "Both send a text, but its text.body differs"],
    ["/effects/send.text/0/to", "added", "Both send a text, but only the candidate's has to"],
    ["/effects/write.crm/*", "extra", "The candidate does write.crm, legacy does not"],
    ["/status", "changed", "The candidate answers with another status than legacy"],
    ["/headers/content-type", "added", "The candidate's answer has a header content-type, legacy's does not"],
    ["/body", "removed", "Legacy's answer has a body, the candidate's does not"],
    ["/body/orders/*/id", "type", "Both answers have orders.id in the body, of another type"],
    ["", "failed", "The candidate gives no answer where legacy does"],
    ["", "changed", "The two answers differ"],
  ])("is a sentence (%s %s)", (path, kind, said) => {
    expect(sentence({ locale: "en" }, { path, kind })).toBe(said);
  });

  it("is one in Portuguese as well", () => {
    const said = sentence({ locale: "pt-BR" }, { path: "/effects/send.text/*", kind: "extra" });
    expect(said).toBe("O candidate envia um texto que o legacy não envia");
  });
});
