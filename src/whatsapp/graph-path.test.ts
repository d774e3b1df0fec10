import { expect, it } from "vitest";
import { graphPath } from "./graph-path.ts";

it.each([
  ["/v23.0/104452097716532/messages", "/v23.0/{id}/messages"],
  ["/104452097716532/messages?access_token=secret", "/{id}/messages"],
  ["/messages", "/messages"],
  ["/v23.0/wamid.HBgNNTUxMTk4NzY1NDMyMRUC", "/v23.0/{id}"],
  ["/v23.0//5511987654321/maria", "/v23.0/{id}/{id}"],
  ["/5511987654321/v23.0", "/{id}/{id}"],
  ["/whatsapp_business/attachments/?mid=1&hash=x", "/whatsapp_business/attachments"],
  [`/${"a/".repeat(1_000)}`, "/{id}/{id}/{id}/{id}/{id}/{id}/**"],
  ["/?batch=1", "/"],
  ["", "/"],
])("the path %s is shown as %s", (target, shown) => {
  expect(graphPath(target)).toBe(shown);
});
