import { encodeWire } from "../src/demo/wire.ts";
import type { PayloadKind } from "./protocol.ts";

const shopperCount = 1_000;
const shopperDigits = 4;
const sequenceDigits = 10;

// Numbers under +999 are assigned to nobody.
const delivery = encodeWire({
  object: "whatsapp_business_account",
  entry: [
    {
      id: "999010000000001",
      changes: [
        {
          value: {
            messaging_product: "whatsapp",
            metadata: { display_phone_number: "999010000002", phone_number_id: "999010000000003" },
            contacts: [{ profile: { name: "Zoë Ibáñez" }, wa_id: "99901000{shopper}" }],
            messages: [
              {
                from: "99901000{shopper}",
                id: "wamid.HBgMOTk5MDEwMDAwMDAwFQIAEhgWM0VCMDlDODVBRjMw{sequence}AA==",
                timestamp: "1767225600",
                text: {
                  body:
                    "Hola 👋, ayer pedí dos lámparas de pie y una alfombra, y el correo de confirmación solo nombra una " +
                    "de las lámparas. ¿Podéis mirar si el pedido está completo? Si la segunda lámpara no llega antes del " +
                    "viernes, prefiero cambiarla por la de color crema que vi en la tienda. La dirección sigue siendo la " +
                    "misma que la última vez, y por la mañana siempre hay alguien en casa; si no, la vecina del segundo piso " +
                    "puede recoger el paquete, ya lo he hablado con ella. También quería preguntar si " +
                    "la alfombra se puede devolver sin la caja, porque ya la tiré al contenedor de papel. ¡Muchas gracias 🙏!",
                },
                type: "text",
              },
            ],
          },
          field: "messages",
        },
      ],
    },
  ],
}).toString("latin1");

/** What a handler answers that with: libraries write JSON as `JSON.stringify` does. */
const send = JSON.stringify({
  messaging_product: "whatsapp",
  recipient_type: "individual",
  to: "99901000{shopper}",
  type: "text",
  text: {
    preview_url: false,
    body:
      "Hola Zoë 👋, gracias por escribirnos. Tu pedido está completo: la segunda lámpara sale mañana del almacén y llega el " +
      "jueves por la mañana, así que la vecina del segundo piso puede recogerla. La alfombra se puede devolver sin la caja " +
      "durante treinta días. Si prefieres la lámpara de color crema, dínoslo antes de las seis y la cambiamos. ¡Un saludo! 🙏",
  },
  biz_opaque_callback_data: "{sequence}",
});

/** A request that a handler gets, or makes. */
interface Kind {
  readonly headers: readonly string[];
  readonly body: string;
}

// Nobody holds an app secret or a token here, so that both only have the right form.
const delivered: Kind = {
  headers: [
    "User-Agent: facebookexternalua",
    "Accept: */*",
    "Accept-Encoding: deflate, gzip",
    "Content-Type: application/json",
    `X-Hub-Signature-256: sha256=${"5a".repeat(32)}`,
  ],
  body: delivery,
};
const sent: Kind = {
  headers: [
    "Accept: application/json",
    "User-Agent: node",
    "Content-Type: application/json",
    `Authorization: Bearer ${"EAAG".repeat(40)}`,
  ],
  body: send,
};

/**
 * Makes whole requests, head and body, all of one length: a delivery of one text message of one shopper, as WhatsApp writes it, 1.2 KB,
 * or a text that is sent to one, 0.5 KB. Each has a number of its own; a thousand shoppers take turns.
 */
export function createPayload(
  port: number,
  { path, payload }: { readonly path: string; readonly payload: PayloadKind },
): (sequence: number) => Buffer {
  const { headers, body } = payload === "send" ? sent : delivered;
  const filled = body
    .replaceAll("{shopper}", "s".padEnd(shopperDigits, "#"))
    .replaceAll("{sequence}", "n".padEnd(sequenceDigits, "#"));
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(filled)}`,
  ].join("\r\n");
  const request = Buffer.from(`${head}\r\n\r\n${filled}`);
  const shoppers = [request.indexOf("s###"), request.lastIndexOf("s###")];
  const number = request.indexOf("n####");

  return (sequence) => {
    const bytes = Buffer.from(request);
    for (const at of shoppers) {
      bytes.write(String(sequence % shopperCount).padStart(shopperDigits, "0"), at, "latin1");
    }
    bytes.write(String(sequence).padStart(sequenceDigits, "0"), number, "latin1");
    return bytes;
  };
}
