/** Reads webhook bodies of public repositories from beside the repository; skipped where they are absent. */
import { describe, expect, it } from "vitest";
import { payloadsPresent, readPayloads } from "../../test/support/handlers/payloads.ts";
import { createProfile } from "../identify/index.ts";
import type { Identity } from "../model/index.ts";
import { providers } from "./providers.ts";

const profile = createProfile(providers.meta, { extractors: [{ kind: "profile" }], aliases: new Map() });
const head = { method: "POST", target: "/", rawHeaders: [] };
const payloads = readPayloads();

function identify(document: unknown): Identity {
  return profile.identify(head, Buffer.from(JSON.stringify(document)));
}

/** What kind of id the shopper is; placeholders in angle brackets stand for numbers. */
function shopperKind(shopper: string | null): string {
  if (shopper === null) return "nobody";
  return /^[A-Z]{2}\./.test(shopper) ? "user-id" : "number";
}

describe.skipIf(!payloadsPresent)("the bodies of public repositories", () => {
  it("are all on the table", () => {
    const byRule = payloads.filter(({ name }) => name.startsWith("Secreto31126"));
    expect(payloads).toHaveLength(136);
    expect(byRule).toHaveLength(42);
    expect([...rows.keys(), ...byRule.map(({ name }) => name)].toSorted()).toEqual(
      payloads.map(({ name }) => name).toSorted(),
    );
  });

  it.each(payloads)("yield what the table says: $name", ({ name, document }) => {
    const { items, mixed } = identify(document);
    const found = items.map(({ kind, shopper }) => `${kind} ${shopperKind(shopper)}`);
    expect({ found, mixed }).toEqual({ found: [rows.get(name) ?? byName(name)], mixed: false });
  });

  it.each(payloads)("give their items ids, other than changes of the account: $name", ({ document }) => {
    const [item] = identify(document).items;
    expect(item?.id !== null).toBe(
      /^(message|status|echo|call)/.test(item?.kind ?? "") && !item?.kind.startsWith("message_"),
    );
  });

  it("are mixed when two of them come in one delivery, save where they are the same person's", () => {
    const merged = (a: string, b: string): Identity => {
      const entry = payloads
        .filter(({ name }) => name === a || name === b)
        .flatMap(({ document }) => entriesOf(document));
      return identify({ entry });
    };
    const [text, other, status] = [
      "david-lev__pywa/message.text",
      "facebook__openapi/text_message",
      "david-lev__pywa/message_status.read",
    ] as const;
    expect(merged(text, other)).toMatchObject({ mixed: true, items: [{ kind: "message.text", shopper: null }] });
    expect(merged(text, status)).toMatchObject({ mixed: false, items: [{ kind: "batch", shopper: "972987654321" }] });
  });
});

function entriesOf(document: unknown): readonly unknown[] {
  if (typeof document !== "object" || document === null || !("entry" in document)) return [];
  return Array.isArray(document.entry) ? document.entry : [];
}

/** whatsapp-api-js names its files after what is in them. */
function byName(name: string): string {
  const [, kind = ""] = /\/(incoming_message|\w+_status)\./.exec(name) ?? [];
  const hasNumber = /with_phone|sent_to_phone/.test(name);
  return `${kind === "incoming_message" ? "message.text" : `status.${kind.replace("_status", "")}`} ${hasNumber ? "number" : "user-id"}`;
}

const rows = new Map(
  `
botpress__botpress/bsuid-payload_L4.usernameOnlyMessagePayload           message.text user-id
botpress__botpress/bsuid_status_delivered                                status.delivered user-id
botpress__botpress/bsuid_status_failed                                   status.failed user-id
botpress__botpress/echo-payload_L16.realisticTextEcho                    echo number
david-lev__pywa/account_update.account_deleted                           account_update nobody
david-lev__pywa/account_update.account_disabled                          account_update nobody
david-lev__pywa/account_update.account_offboarded                        account_update nobody
david-lev__pywa/account_update.account_reconnected                       account_update nobody
david-lev__pywa/account_update.account_restriction                       account_update nobody
david-lev__pywa/account_update.account_violation                         account_update nobody
david-lev__pywa/account_update.ad_account_linked                         account_update nobody
david-lev__pywa/account_update.authentication_international_eligibility  account_update nobody
david-lev__pywa/account_update.mm_api_for_wa_terms_of_service            account_update nobody
david-lev__pywa/account_update.partner_added                             account_update nobody
david-lev__pywa/account_update.partner_app_installed                     account_update nobody
david-lev__pywa/account_update.partner_app_uninstalled                   account_update nobody
david-lev__pywa/account_update.partner_led_business_verification_status  account_update nobody
david-lev__pywa/account_update.partner_removed                           account_update nobody
david-lev__pywa/account_update.partner_removed_wa_app_disconnection      account_update nobody
david-lev__pywa/account_update.pricing_tiering_update                    account_update nobody
david-lev__pywa/account_update.primary_business_location_set             account_update nobody
david-lev__pywa/call_connect.business_initiated                          call.connect number
david-lev__pywa/call_connect.user_initiated                              call.connect number
david-lev__pywa/call_permission_update.accept                            message.interactive number
david-lev__pywa/call_permission_update.reject                            message.interactive number
david-lev__pywa/call_status.call_status                                  call.ringing number
david-lev__pywa/call_terminate.call_terminate                            call.terminate number
david-lev__pywa/callback_button.button                                   message.interactive number
david-lev__pywa/callback_button.quick_reply                              message.button number
david-lev__pywa/callback_button.quick_reply_without_context              message.button number
david-lev__pywa/callback_selection.callback                              message.interactive number
david-lev__pywa/callback_selection.description                           message.interactive number
david-lev__pywa/deleted_message.revoke                                   message.revoke number
david-lev__pywa/edited_message.image                                     message.edit number
david-lev__pywa/flow_completion.completion                               message.interactive number
david-lev__pywa/flow_completion.without_flow_token                       message.interactive number
david-lev__pywa/message.animated_sticker                                 message.sticker number
david-lev__pywa/message.audio                                            message.audio number
david-lev__pywa/message.chosen_location                                  message.location number
david-lev__pywa/message.contacts                                         message.contacts number
david-lev__pywa/message.current_location                                 message.location number
david-lev__pywa/message.document                                         message.document number
david-lev__pywa/message.forwarded                                        message.text number
david-lev__pywa/message.forwarded_many_times                             message.text number
david-lev__pywa/message.image                                            message.image number
david-lev__pywa/message.interactive_message_with_err                     message.interactive number
david-lev__pywa/message.media_with_url                                   message.image number
david-lev__pywa/message.order                                            message.order number
david-lev__pywa/message.reaction                                         message.reaction number
david-lev__pywa/message.referral                                         message.text number
david-lev__pywa/message.reply                                            message.text number
david-lev__pywa/message.static_sticker                                   message.sticker number
david-lev__pywa/message.text                                             message.text number
david-lev__pywa/message.unreaction_empty                                 message.reaction number
david-lev__pywa/message.unreaction_no_emoji                              message.reaction number
david-lev__pywa/message.unsupported                                      message.unsupported number
david-lev__pywa/message.unsupported_with_type                            message.unsupported number
david-lev__pywa/message.video                                            message.video number
david-lev__pywa/message.voice                                            message.audio number
david-lev__pywa/message_status.delivered                                 status.delivered number
david-lev__pywa/message_status.failed                                    status.failed number
david-lev__pywa/message_status.group                                     status.read number
david-lev__pywa/message_status.played                                    status.played number
david-lev__pywa/message_status.read                                      status.read number
david-lev__pywa/message_status.sent                                      status.sent number
david-lev__pywa/message_status.with_tracker                              status.sent number
david-lev__pywa/outgoing_message.delete                                  echo number
david-lev__pywa/outgoing_message.edit                                    echo number
david-lev__pywa/outgoing_message.text                                    echo number
david-lev__pywa/system.identity_change                                   message.system number
david-lev__pywa/system.phone_number_change                               message.system number
david-lev__pywa/template_category_update.marketing                       template_category_update nobody
david-lev__pywa/template_components_update.element                       message_template_components_update nobody
david-lev__pywa/template_quality_update.yellow                           message_template_quality_update nobody
david-lev__pywa/template_status_update.approved                          message_template_status_update nobody
david-lev__pywa/template_status_update.rejected                          message_template_status_update nobody
david-lev__pywa/user_marketing_preferences.resume                        user_preferences number
david-lev__pywa/user_marketing_preferences.signup                        user_preferences number
facebook__openapi/button_message                                         message.button number
facebook__openapi/contact_sharing_message                                message.contacts number
facebook__openapi/group_create_message                                   group_lifecycle_update nobody
facebook__openapi/group_remove_participants                              group_participants_update nobody
facebook__openapi/group_settings_update                                  group_settings_update nobody
facebook__openapi/image_message                                          message.image number
facebook__openapi/interactive_button_reply_message                       message.interactive number
facebook__openapi/interactive_list_reply_message                         message.interactive number
facebook__openapi/location_message                                       message.location number
facebook__openapi/order_message                                          message.order number
facebook__openapi/reaction_message                                       message.reaction number
facebook__openapi/system_message                                         message.system number
facebook__openapi/text_message                                           message.text number
facebook__openapi/text_message_from_click_to_whatsapp_ad                 message.text number
facebook__openapi/text_message_with_context_product_inquiry              message.text number
facebook__openapi/unsupported_message                                    message.unsupported number
`
    .trim()
    .split("\n")
    .map((row) => {
      const [name = "", kind, who] = row.split(/\s+/);
      return [name, `${kind} ${who}`] as const;
    }),
);
