import { encodeWire } from "../src/demo/wire.ts";

const shopperCount = 1_000;
const shopperDigits = 4;
const sequenceDigits = 10;

// Numbers under +999 are assigned to nobody.
const template = encodeWire({
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

/**
 * Makes whole requests, head and body: one text message of one shopper each, as WhatsApp writes it, 1.2 KB, all of one length.
 * Each has a wamid of its own; a thousand shoppers take turns. Nobody holds an app secret here, so the signature only
 * has the right form.
 */
export function createPayload(port: number, path = "/webhook"): (sequence: number) => Buffer {
  const filled = template
    .replaceAll("{shopper}", "s".padEnd(shopperDigits, "#"))
    .replaceAll("{sequence}", "n".padEnd(sequenceDigits, "#"));
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "User-Agent: facebookexternalua",
    "Accept: */*",
    "Accept-Encoding: deflate, gzip",
    "Content-Type: application/json",
    `X-Hub-Signature-256: sha256=${"5a".repeat(32)}`,
    `Content-Length: ${Buffer.byteLength(filled)}`,
  ].join("\r\n");
  const request = Buffer.from(`${head}\r\n\r\n${filled}`);
  const shoppers = [request.indexOf("s###"), request.lastIndexOf("s###")];
  const wamid = request.indexOf("n####");

  return (sequence) => {
    const bytes = Buffer.from(request);
    for (const at of shoppers) {
      bytes.write(String(sequence % shopperCount).padStart(shopperDigits, "0"), at, "latin1");
    }
    bytes.write(String(sequence).padStart(sequenceDigits, "0"), wamid, "latin1");
    return bytes;
  };
}
