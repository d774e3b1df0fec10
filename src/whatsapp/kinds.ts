/** The words an item's kind is made of. What is not on a list becomes `other`, so that kinds stay bounded as labels. */
const messageTypes: ReadonlySet<string> = new Set([
  "audio",
  "button",
  "contacts",
  "document",
  "edit",
  "image",
  "interactive",
  "location",
  "order",
  "reaction",
  "revoke",
  "sticker",
  "system",
  "text",
  "unknown",
  "unsupported",
  "video",
]);

const statuses: ReadonlySet<string> = new Set(["deleted", "delivered", "failed", "played", "read", "sent"]);

/** Events of a call, and the states of one the business placed. */
const callStates: ReadonlySet<string> = new Set(["accepted", "connect", "rejected", "ringing", "terminate"]);

/** Webhook fields whose changes are one item each, of the account or of one person. */
const fields: ReadonlySet<string> = new Set([
  "account_alerts",
  "account_review_update",
  "account_settings_update",
  "account_update",
  "automatic_events",
  "business_capability_update",
  "business_status_update",
  "business_username_update",
  "flows",
  "group_lifecycle_update",
  "group_participants_update",
  "group_settings_update",
  "group_status_update",
  "history",
  "message_template_components_update",
  "message_template_quality_update",
  "message_template_status_update",
  "partner_solutions",
  "payment_configuration_update",
  "phone_number_name_update",
  "phone_number_quality_update",
  "security",
  "smb_app_state_sync",
  "template_category_update",
  "template_correct_category_detection",
  "tracking_events",
  "user_id_update",
  "user_preferences",
]);

export function messageKind(type: unknown): string {
  return typeof type === "string" && messageTypes.has(type) ? `message.${type}` : "message.other";
}

export function statusKind(status: unknown): string {
  return typeof status === "string" && statuses.has(status) ? `status.${status}` : "status.other";
}

/** States come in upper case, events in lower. */
export function callKind(state: unknown): string {
  const word = typeof state === "string" && state.length < 16 ? state.toLowerCase() : "";
  return callStates.has(word) ? `call.${word}` : "call.other";
}

export function fieldKind(field: unknown): string {
  return typeof field === "string" && fields.has(field) ? field : "other";
}

/** A kind by a provider's own words for it: what is not among them is `other`. */
export function kindFrom(
  family: "message" | "status" | "call",
  words: ReadonlyMap<string, string>,
  word: unknown,
): string {
  const known = typeof word === "string" ? words.get(word) : undefined;
  return `${family}.${known ?? "other"}`;
}
