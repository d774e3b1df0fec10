/** Outbound calls in the Graph API's shapes, and what sides declare. Fictional numbers, names and texts. */
import type { DeclaredEffect, RecordedCall, Side } from "../../src/model/index.ts";

/** When everything in these pairs happens: 4 July 2026, noon. */
export const nowMs = Date.UTC(2026, 6, 4, 12);

/** Something a side did outside. */
export type Done = (side: Side) => RecordedCall | DeclaredEffect;

export const ana = "5511912345678";
export const rui = "5521998765432";
export const zoe = "447700900123";
const phone = "104452097716532";

interface Options {
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly answer?: unknown;
  readonly status?: number;
  readonly upstream?: string;
}

/** A call as the egress saw it. */
export function called(method: string, target: string, options: Options = {}): Done {
  const {
    type = "application/json",
    body = "",
    answer = { success: true },
    status = 200,
    upstream = "graph",
  } = options;
  return (side) => ({
    side,
    upstream,
    method,
    target,
    contentType: type,
    body: Buffer.from(body),
    digest: null,
    answer: { status, body: Buffer.from(JSON.stringify(answer)) },
    atMs: nowMs,
    disposition: side === "legacy" ? "released" : "held",
    traceId: null,
    exchange: null,
  });
}

let sent = 0;

/** A post to the messages of the business, with any members. */
export function posted(members: object, from = phone): Done {
  const body = JSON.stringify({ messaging_product: "whatsapp", ...members });
  return (side) => {
    sent += 1;
    const answer = { messaging_product: "whatsapp", messages: [{ id: `wamid.${side}.${sent}` }] };
    return called("POST", `/v23.0/${from}/messages`, { body, answer })(side);
  };
}

const to = (whom: string, type: string, content: object, more: object = {}): Done =>
  posted({ recipient_type: "individual", to: whom, type, [type]: content, ...more });

export const text = (whom: string, body: string, more: object = {}): Done => to(whom, "text", { body }, more);

export const quoting = (whom: string, body: string, wamid: string): Done =>
  text(whom, body, { context: { message_id: wamid } });

export const image = (whom: string, id: string, caption?: string): Done => to(whom, "image", { id, caption });

export const linked = (whom: string, type: string, link: string, more: object = {}): Done =>
  to(whom, type, { link, ...more });

export const located = (whom: string, latitude: number, longitude: number, name: string): Done =>
  to(whom, "location", { latitude, longitude, name, address: "Rua das Açucenas, 10" });

export const reaction = (whom: string, wamid: string, emoji: string): Done =>
  to(whom, "reaction", { message_id: wamid, emoji });

export function contact(whom: string, name: string, number: string): Done {
  const card = { name: { formatted_name: name, first_name: name }, phones: [{ phone: number, type: "CELL" }] };
  return posted({ to: whom, type: "contacts", contacts: [card] });
}

/** A template with texts for its body. */
export function template(whom: string, name: string, texts: readonly string[] = [], language = "pt_BR"): Done {
  const parameters = texts.map((each) => ({ type: "text", text: each }));
  const components = parameters.length === 0 ? [] : [{ type: "body", parameters }];
  return to(whom, "template", { name, language: { code: language }, components });
}

/** A template with these components. */
export const templateOf = (whom: string, name: string, components: readonly object[]): Done =>
  to(whom, "template", { name, language: { code: "pt_BR" }, components });

interface Button {
  readonly id: string;
  readonly title: string;
}

export const buttons = (whom: string, body: string, replies: readonly Button[]): Done =>
  to(whom, "interactive", {
    type: "button",
    body: { text: body },
    action: { buttons: replies.map((reply) => ({ type: "reply", reply })) },
  });

interface Row extends Button {
  readonly description?: string;
}

export const list = (whom: string, body: string, rows: readonly Row[], button = "Ver opções"): Done =>
  to(whom, "interactive", {
    type: "list",
    body: { text: body },
    action: { button, sections: [{ title: "Opções", rows }] },
  });

export const flow = (whom: string, token: string, more: object = {}): Done =>
  to(whom, "interactive", {
    type: "flow",
    body: { text: "Responda a pesquisa" },
    action: {
      name: "flow",
      parameters: { flow_message_version: "3", flow_token: token, flow_id: "1199", flow_cta: "Abrir", ...more },
    },
  });

interface Ordered {
  readonly name: string;
  readonly quantity: number;
  readonly cents: number;
}

export const order = (whom: string, items: readonly Ordered[], totalCents: number, reference = "pedido-7"): Done =>
  to(whom, "interactive", {
    type: "order_details",
    body: { text: "Confira o pedido" },
    action: {
      name: "review_and_pay",
      parameters: {
        reference_id: reference,
        currency: "BRL",
        total_amount: { value: totalCents, offset: 100 },
        order: {
          status: "pending",
          items: items.map(({ name, quantity, cents }) => ({ name, quantity, amount: { value: cents, offset: 100 } })),
        },
      },
    },
  });

export const read = (wamid: string): Done => posted({ status: "read", message_id: wamid });

export const typing = (wamid: string): Done =>
  posted({ status: "read", message_id: wamid, typing_indicator: { type: "text" } });

/** A file handed to the Graph API, which answers with `id`. */
export function uploaded(file: string, id: string, type = "image/jpeg", boundary = "----limite"): Done {
  const part = (name: string, content: string, more = ""): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`;
  const filePart = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\nContent-Type: ${type}\r\n\r\n${file}\r\n`;
  const body = `${part("messaging_product", "whatsapp")}${filePart}--${boundary}--\r\n`;
  return called("POST", `/v23.0/${phone}/media`, {
    type: `multipart/form-data; boundary=${boundary}`,
    body,
    answer: { id },
  });
}

/** A JSON call to an API of the business. */
export const api = (method: string, target: string, body?: unknown, upstream = "crm"): Done =>
  called(method, target, { upstream, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

/** A call that was refused. */
export const failing =
  (done: Done, status = 429): Done =>
  (side) => {
    const call = done(side);
    if (!("upstream" in call)) throw new Error("A declaration does not fail");
    return { ...call, answer: { status, body: Buffer.from('{"error":{"code":130429}}') } };
  };

export function event(name: string, payload: unknown, kind: DeclaredEffect["kind"] = "event"): Done {
  return (side) => {
    const disposition = side === "legacy" ? "released" : "held";
    return { side, kind, name, payload, atMs: nowMs, disposition, traceId: null, exchange: null };
  };
}
