import { boundedId } from "../identify/index.ts";
import { canonical } from "./canonical.ts";
import { isObject, type JsonObject, list, members } from "./json.ts";
import type { Json } from "../model/index.ts";

/** A message to be sent as what its receiver gets of it. */
export interface SendPayload {
  /** undefined: nested too deep. */
  readonly payload: Json | undefined;
  /** The message that it quotes or reacts to. */
  readonly refersTo: string | null;
  /** Media ids, in their order in the payload. */
  readonly ids: readonly string[];
}

/** Members that say the same of every send, or to whom it goes, or that only the sender sees again. */
const left: ReadonlySet<string> = new Set([
  "messaging_product",
  "to",
  "recipient",
  "type",
  "recipient_type",
  "biz_opaque_callback_data",
]);

const mediaTypes: ReadonlySet<string> = new Set(["audio", "document", "image", "sticker", "video"]);

/** What stands where an id was: that there is one is part of the message, which one is not. */
const anyId = "id";

/** What a message that is sent says, whatever its spelling: defaults, and what differs between equal messages, are left out. */
export function sendPayload(fields: JsonObject, type: string): SendPayload {
  const said: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (!left.has(name)) said[name] = value;
  if (typeof fields.recipient_type === "string" && fields.recipient_type !== "individual") {
    said.recipient_type = fields.recipient_type;
  }
  // The kind is `other` for all types that are not known.
  if (type === "other") said.type = fields.type;
  if (type === "text") said.text = withoutDefault(fields.text, "preview_url", false);
  if (type === "template" && isObject(fields.template)) said.template = plainTemplate(fields.template);
  // A call's description of its media is new for each call.
  if (type === "call") delete said.session;

  const context = boundedId(members(fields.context).message_id);
  if (context !== null) said.context = { ...members(fields.context), message_id: anyId };
  const reaction = boundedId(members(fields.reaction).message_id);
  if (reaction !== null) said.reaction = { ...members(fields.reaction), message_id: anyId };

  const ids: string[] = [];
  const payload = canonical(withoutMediaIds(said, ids));
  return { payload, refersTo: reaction ?? context, ids };
}

function withoutDefault(value: unknown, name: string, preset: Json): unknown {
  const { [name]: given, ...rest } = members(value);
  return given === preset ? rest : value;
}

/** Templates: the one language policy there is, indexes as text, words that Meta reads in either case. */
function plainTemplate(template: JsonObject): JsonObject {
  const components = list(template.components).map(plainComponent);
  const { components: _, language, ...rest } = template;
  return {
    ...rest,
    ...(language === undefined ? {} : { language: withoutDefault(language, "policy", "deterministic") }),
    ...(components.length === 0 ? {} : { components }),
  };
}

/** Of a carousel each card has components of its own. */
function plainComponent(component: unknown): JsonObject {
  const { index, type, sub_type, cards, ...rest } = members(component);
  const plain = { ...rest, ...given("index", index), ...lowered("type", type), ...lowered("sub_type", sub_type) };
  return {
    ...plain,
    ...given(
      "cards",
      inCards(cards, (components) => components.map(plainComponent)),
    ),
  };
}

/** Cards with other components; what is no card with components stays what it is. */
function inCards(cards: unknown, instead: (components: readonly unknown[]) => readonly unknown[]): unknown {
  if (!Array.isArray(cards)) return cards;
  return cards.map((card: unknown) => {
    const { components } = members(card);
    return Array.isArray(components) ? { ...members(card), components: instead(components) } : card;
  });
}

function given(name: string, value: unknown): JsonObject {
  return value === undefined ? {} : { [name]: typeof value === "number" ? String(value) : value };
}

function lowered(name: string, value: unknown): JsonObject {
  return value === undefined ? {} : { [name]: typeof value === "string" ? value.toLowerCase() : value };
}

/** Media are named in the message itself, in a header of an interactive one, and in parameters of templates and their cards. */
function withoutMediaIds(said: JsonObject, ids: string[]): JsonObject {
  const plain: Record<string, unknown> = { ...said };
  for (const type of mediaTypes) {
    const id = boundedId(members(said[type]).id);
    if (id === null) continue;
    ids.push(id);
    plain[type] = { ...members(said[type]), id: anyId };
  }
  const interactive = members(said.interactive);
  if (interactive.header !== undefined) {
    plain.interactive = { ...interactive, header: withoutMediaIds(members(interactive.header), ids) };
  }
  const template = members(said.template);
  if (template.components !== undefined) {
    plain.template = { ...template, components: withoutIdsIn(template.components, ids) };
  }
  return plain;
}

function withoutIdsIn(components: unknown, ids: string[]): readonly unknown[] {
  return list(components).map((component) => {
    const { parameters, cards } = members(component);
    if (!Array.isArray(parameters) && !Array.isArray(cards)) return component;
    const plain: Record<string, unknown> = { ...members(component) };
    if (Array.isArray(parameters)) plain.parameters = parameters.map((each) => withoutMediaIds(members(each), ids));
    if (Array.isArray(cards)) plain.cards = inCards(cards, (inner) => withoutIdsIn(inner, ids));
    return plain;
  });
}
