import { mediaFolder } from "./graph-call.ts";

/** Words of paths that handlers call; whatever else stands in one is an id, or may be. */
const words: ReadonlySet<string> = new Set([
  "assets",
  "block_users",
  "calls",
  "debug_token",
  "deregister",
  "flows",
  "groups",
  "marketing_messages",
  "media",
  "message_qrdls",
  "message_templates",
  "messages",
  "phone_numbers",
  "register",
  "settings",
  "subscribed_apps",
  "whatsapp_business",
  "attachments",
  "whatsapp_business_encryption",
  "whatsapp_business_profile",
  mediaFolder,
]);
const version = /^v\d{1,3}(?:\.\d{1,2})?$/;
const maxSegments = 6;

/** The path of a call of the Graph API or its media host without what varies, and nothing personal: `/v23.0/{id}/messages`. */
export function graphPath(target: string): string {
  const [path = ""] = target.split("?", 1);
  const segments = path.split("/").filter((segment) => segment !== "");
  const shown = segments
    .slice(0, maxSegments)
    .map((segment, i) => (words.has(segment) || (i === 0 && version.test(segment)) ? segment : "{id}"));
  return `/${[...shown, ...(segments.length > maxSegments ? ["**"] : [])].join("/")}`;
}
