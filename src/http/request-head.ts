import type { CallRequest } from "./call.ts";

/** Methods of which a request without a body says so (RFC 9110 section 8.6). */
const expectPayload: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "QUERY", "PROPFIND", "PROPPATCH"]);

type WholeRequest = Pick<CallRequest, "method" | "target" | "headers"> & { readonly body: Buffer | null };

/** As it came, with a length that is that of the body, and a host. */
export function requestHead({ method, target, headers, body }: WholeRequest, host: string): string {
  let head = `${method} ${target} HTTP/1.1\r\n`;
  let named = false;
  let measured = false;
  const length = body?.length ?? 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? "";
    const lower = name.length === 4 || name.length === 14 ? name.toLowerCase() : "";
    if (lower === "content-length") {
      if (!measured) head += `${name}: ${length}\r\n`;
      measured = true;
      continue;
    }
    if (lower === "host") named = true;
    head += `${name}: ${headers[i + 1]}\r\n`;
  }
  if (!named) head += `host: ${host}\r\n`;
  if (!measured && (length > 0 || expectPayload.has(method))) head += `content-length: ${length}\r\n`;
  // HTTP/1.1 needs no word of it, but some servers say only then how long they keep a connection.
  return `${head}connection: keep-alive\r\n\r\n`;
}
