import type { ExchangeRecord } from "../../../model/index.ts";

/** A request like that of a delivery, of what is kept of it; the rest is said to be missing, for whoever has it. */
export function curlOf({ method, request, items }: ExchangeRecord, target: string | null): string {
  const path = (request?.path ?? "/").replaceAll("{rest}", "REST-OF-PATH");
  const base = target === null ? "http://SOMBRA" : target.replace(/\/$/, "");
  const kinds = items.map(({ kind }) => kind).join(", ");
  return [
    `curl -X ${quoted(method)} ${quoted(base + path)}`,
    "  -H 'content-type: application/json'",
    "  -H 'x-hub-signature-256: sha256=SIGNATURE'",
    `  --data ${quoted(`BODY, WHICH IS NOT STORED (${kinds})`)}`,
  ].join(" \\\n");
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
