/** Reads webhook bodies of public repositories from beside the repository; skipped where they are absent. */
import { describe, expect, it } from "vitest";
import { payloadsPresent, readPayloads } from "../../test/support/handlers/payloads.ts";
import type { Identity, Item } from "../model/index.ts";
import { providers } from "./providers.ts";
import { identify as identifyBy } from "./sample.ts";

const payloads = readPayloads();

const identify = (document: unknown): Identity => identifyBy(providers.meta, document);

/** What kind of id the shopper is; placeholders in angle brackets stand for numbers. */
function shopperKind(shopper: string | null): string {
  if (shopper === null) return "nobody";
  return /^[A-Z]{2}\./.test(shopper) ? "user-id" : "number";
}

/** What the id is made of. */
function idForm(id: string | null): string {
  if (id === null) return "none";
  if (/^#[0-9a-f]{32}$/.test(id)) return "content";
  const state = /:(?:sent|delivered|read|played|failed|connect|terminate|RINGING)(?<person>:.+)?$/.exec(id);
  if (state === null) return "id";
  return state.groups?.["person"] === undefined ? "id+state" : "id+state+person";
}

function row({ kind, shopper, id, phone }: Item): string {
  return [kind, shopperKind(shopper), idForm(id), phone === null ? "account" : "phone"].join(" ");
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
    expect(identify(document).items.map(row)).toEqual([rows.get(name) ?? byName(name)]);
  });

  it.each(payloads)("have the same ids however they are written: $name", ({ document }) => {
    expect(identify(JSON.stringify(document, null, 2))).toEqual(identify(document));
  });

  it("are the items of one delivery in the order of its bytes, each with its own shopper", () => {
    const alone = payloads.flatMap(({ document }) => identify(document).items);
    const together = identify({ entry: payloads.flatMap(({ document }) => entriesOf(document)) }).items;
    const withoutShopper = ({ id, kind, phone }: Item) => ({ id, kind, phone });
    expect(together.map(withoutShopper)).toEqual(alone.map(withoutShopper));
    const isNumbered = ({ shopper }: Item) => shopperKind(shopper) === "number";
    expect(together.filter((_, i) => alone[i] !== undefined && isNumbered(alone[i]))).toEqual(alone.filter(isNumbered));
    // The last that shows a number with this user id says 972987654321.
    const byUserId = together.filter((_, i) => alone[i]?.shopper === "US.13491208655302741918");
    expect(byUserId.map(({ shopper }) => shopper)).toEqual(byUserId.map(() => "972987654321"));
    expect(byUserId.length).toBeGreaterThan(3);
    expect(together.map(({ shopper }) => shopper === null)).toEqual(alone.map(({ shopper }) => shopper === null));
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
  const who = hasNumber ? "number" : "user-id";
  if (kind === "incoming_message") return `message.text ${who} id phone`;
  return `status.${kind.replace("_status", "")} ${who} id+state phone`;
}

/** File, kind, what the shopper is, what the id is made of, and whether it came to a phone or is of the account. */
const rows = new Map(
  `
botpress__botpress/bsuid-payload_L4.usernameOnlyMessagePayload           message.text                        user-id  id               phone
botpress__botpress/bsuid_status_delivered                                status.delivered                    user-id  id+state         phone
botpress__botpress/bsuid_status_failed                                   status.failed                       user-id  id+state         phone
botpress__botpress/echo-payload_L16.realisticTextEcho                    echo                                number   id               phone
david-lev__pywa/account_update.account_deleted                           account_update                      nobody   content          account
david-lev__pywa/account_update.account_disabled                          account_update                      nobody   content          account
david-lev__pywa/account_update.account_offboarded                        account_update                      nobody   content          account
david-lev__pywa/account_update.account_reconnected                       account_update                      nobody   content          account
david-lev__pywa/account_update.account_restriction                       account_update                      nobody   content          account
david-lev__pywa/account_update.account_violation                         account_update                      nobody   content          account
david-lev__pywa/account_update.ad_account_linked                         account_update                      nobody   content          account
david-lev__pywa/account_update.authentication_international_eligibility  account_update                      nobody   content          account
david-lev__pywa/account_update.mm_api_for_wa_terms_of_service            account_update                      nobody   content          account
david-lev__pywa/account_update.partner_added                             account_update                      nobody   content          account
david-lev__pywa/account_update.partner_app_installed                     account_update                      nobody   content          account
david-lev__pywa/account_update.partner_app_uninstalled                   account_update                      nobody   content          account
david-lev__pywa/account_update.partner_led_business_verification_status  account_update                      nobody   content          account
david-lev__pywa/account_update.partner_removed                           account_update                      nobody   content          account
david-lev__pywa/account_update.partner_removed_wa_app_disconnection      account_update                      nobody   content          account
david-lev__pywa/account_update.pricing_tiering_update                    account_update                      nobody   content          account
david-lev__pywa/account_update.primary_business_location_set             account_update                      nobody   content          account
david-lev__pywa/call_connect.business_initiated                          call.connect                        number   id+state         phone
david-lev__pywa/call_connect.user_initiated                              call.connect                        number   id+state         phone
david-lev__pywa/call_permission_update.accept                            message.interactive                 number   id               phone
david-lev__pywa/call_permission_update.reject                            message.interactive                 number   id               phone
david-lev__pywa/call_status.call_status                                  call.ringing                        number   id+state         phone
david-lev__pywa/call_terminate.call_terminate                            call.terminate                      number   id+state         phone
david-lev__pywa/callback_button.button                                   message.interactive                 number   id               phone
david-lev__pywa/callback_button.quick_reply                              message.button                      number   id               phone
david-lev__pywa/callback_button.quick_reply_without_context              message.button                      number   id               phone
david-lev__pywa/callback_selection.callback                              message.interactive                 number   id               phone
david-lev__pywa/callback_selection.description                           message.interactive                 number   id               phone
david-lev__pywa/deleted_message.revoke                                   message.revoke                      number   id               phone
david-lev__pywa/edited_message.image                                     message.edit                        number   id               phone
david-lev__pywa/flow_completion.completion                               message.interactive                 number   id               phone
david-lev__pywa/flow_completion.without_flow_token                       message.interactive                 number   id               phone
david-lev__pywa/message.animated_sticker                                 message.sticker                     number   id               phone
david-lev__pywa/message.audio                                            message.audio                       number   id               phone
david-lev__pywa/message.chosen_location                                  message.location                    number   id               phone
david-lev__pywa/message.contacts                                         message.contacts                    number   id               phone
david-lev__pywa/message.current_location                                 message.location                    number   id               phone
david-lev__pywa/message.document                                         message.document                    number   id               phone
david-lev__pywa/message.forwarded                                        message.text                        number   id               phone
david-lev__pywa/message.forwarded_many_times                             message.text                        number   id               phone
david-lev__pywa/message.image                                            message.image                       number   id               phone
david-lev__pywa/message.interactive_message_with_err                     message.interactive                 number   id               phone
david-lev__pywa/message.media_with_url                                   message.image                       number   id               phone
david-lev__pywa/message.order                                            message.order                       number   id               phone
david-lev__pywa/message.reaction                                         message.reaction                    number   id               phone
david-lev__pywa/message.referral                                         message.text                        number   id               phone
david-lev__pywa/message.reply                                            message.text                        number   id               phone
david-lev__pywa/message.static_sticker                                   message.sticker                     number   id               phone
david-lev__pywa/message.text                                             message.text                        number   id               phone
david-lev__pywa/message.unreaction_empty                                 message.reaction                    number   id               phone
david-lev__pywa/message.unreaction_no_emoji                              message.reaction                    number   id               phone
david-lev__pywa/message.unsupported                                      message.unsupported                 number   id               phone
david-lev__pywa/message.unsupported_with_type                            message.unsupported                 number   id               phone
david-lev__pywa/message.video                                            message.video                       number   id               phone
david-lev__pywa/message.voice                                            message.audio                       number   id               phone
david-lev__pywa/message_status.delivered                                 status.delivered                    number   id+state         phone
david-lev__pywa/message_status.failed                                    status.failed                       number   id+state         phone
david-lev__pywa/message_status.group                                     status.read                         number   id+state+person  phone
david-lev__pywa/message_status.played                                    status.played                       number   id+state         phone
david-lev__pywa/message_status.read                                      status.read                         number   id+state         phone
david-lev__pywa/message_status.sent                                      status.sent                         number   id+state         phone
david-lev__pywa/message_status.with_tracker                              status.sent                         number   id+state         phone
david-lev__pywa/outgoing_message.delete                                  echo                                number   id               phone
david-lev__pywa/outgoing_message.edit                                    echo                                number   id               phone
david-lev__pywa/outgoing_message.text                                    echo                                number   id               phone
david-lev__pywa/system.identity_change                                   message.system                      number   id               phone
david-lev__pywa/system.phone_number_change                               message.system                      number   id               phone
david-lev__pywa/template_category_update.marketing                       template_category_update            nobody   content          account
david-lev__pywa/template_components_update.element                       message_template_components_update  nobody   content          account
david-lev__pywa/template_quality_update.yellow                           message_template_quality_update     nobody   content          account
david-lev__pywa/template_status_update.approved                          message_template_status_update      nobody   content          account
david-lev__pywa/template_status_update.rejected                          message_template_status_update      nobody   content          account
david-lev__pywa/user_marketing_preferences.resume                        user_preferences                    number   content          phone
david-lev__pywa/user_marketing_preferences.signup                        user_preferences                    number   content          phone
facebook__openapi/button_message                                         message.button                      number   id               phone
facebook__openapi/contact_sharing_message                                message.contacts                    number   id               phone
facebook__openapi/group_create_message                                   group_lifecycle_update              nobody   content          phone
facebook__openapi/group_remove_participants                              group_participants_update           nobody   content          phone
facebook__openapi/group_settings_update                                  group_settings_update               nobody   content          phone
facebook__openapi/image_message                                          message.image                       number   id               phone
facebook__openapi/interactive_button_reply_message                       message.interactive                 number   id               phone
facebook__openapi/interactive_list_reply_message                         message.interactive                 number   id               phone
facebook__openapi/location_message                                       message.location                    number   id               phone
facebook__openapi/order_message                                          message.order                       number   id               phone
facebook__openapi/reaction_message                                       message.reaction                    number   id               phone
facebook__openapi/system_message                                         message.system                      number   id               phone
facebook__openapi/text_message                                           message.text                        number   id               phone
facebook__openapi/text_message_from_click_to_whatsapp_ad                 message.text                        number   id               phone
facebook__openapi/text_message_with_context_product_inquiry              message.text                        number   id               phone
facebook__openapi/unsupported_message                                    message.unsupported                 number   id               phone
`
    .trim()
    .split("\n")
    .map((line) => {
      const [name = "", ...columns] = line.split(/\s+/);
      return [name, columns.join(" ")] as const;
    }),
);
