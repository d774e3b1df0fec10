import { describe, expect, it } from "vitest";
import { isMediaUpload } from "./graph-call.ts";

const upload = { method: "POST", path: "/v23.0/1044/media", contentType: "multipart/form-data; boundary=x" };

describe("a media upload", () => {
  it.each([
    {},
    { path: "/1044/media" },
    { path: "/media" },
    { path: "/v23.0/1044/media/?access_token=x" },
    { contentType: "image/jpeg" },
    { contentType: " Multipart/Form-Data" },
  ])("is told by its head (%j)", (changes) => {
    expect(isMediaUpload({ ...upload, ...changes })).toBe(true);
  });

  it.each([
    { method: "DELETE", path: "/v23.0/1044" },
    { method: "PUT" },
    { contentType: "application/json" },
    { contentType: "application/x-www-form-urlencoded" },
    { contentType: undefined },
    { path: "/v23.0/1044/media/messages" },
    { path: "/v23.0/1044/messages/media" },
    { path: "/v23.0/1044/messages" },
    { path: "/v23.0/1044/messages?x=/media" },
    { path: "/v23.0/1044%2Fmessages/media" },
    { path: "/v23.0/1044/media?method=delete" },
    { path: "/v23.0/1044/media?a=b&batch[0]=x" },
    { path: "/v23.0/1044/media?%6dethod=delete" },
  ])("is nothing that may do something else as well (%j)", (changes) => {
    expect(isMediaUpload({ ...upload, ...changes })).toBe(false);
  });
});
