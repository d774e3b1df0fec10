/**
 * What both handlers reply to an inbound message: the same words, made from the message alone, so that every
 * difference between their sends is the packages' own.
 */
export function replyTo(message: unknown): string {
  const { type, text } = fieldsOf(message);
  const { body } = fieldsOf(text);
  if (type === "text" && typeof body === "string") return `Você disse: ${body}`;
  return `Recebemos: ${typeof type === "string" ? type : "mensagem"}`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
