import type { NoticeSeverity } from "../model/index.ts";
import { createHash } from "node:crypto";
import { asHtml, asText, linesOf } from "../report/index.ts";
import { faultOf, sendTimeoutMs, type Delivery, type Send, type Sent } from "./send.ts";

export interface EmailChannel {
  readonly from: string;
  readonly to: readonly string[];
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    /** `starttls`: asked for and required; `tls`: from the first byte; `none`: in the clear. */
    readonly security: "starttls" | "tls" | "none";
    /** PEM of an authority of one's own; null: those of the system. */
    readonly ca: string | null;
    readonly user: string | null;
    readonly password: string | null;
  };
}

const marks: Readonly<Record<NoticeSeverity, string>> = { info: "", warning: "[warning] ", critical: "[critical] " };

/** Mail over SMTP, as text and as HTML. Whoever refuses a recipient refuses the message: it is one to all. */
export function emailChannel(channel: EmailChannel): Send {
  const { smtp } = channel;
  return async (delivery, signal) => {
    // Loading it costs some 60 ms of CPU: only who mails does.
    const { createTransport } = await import("nodemailer");
    const transport = createTransport({
      host: smtp.host,
      port: smtp.port,
      secure: smtp.security === "tls",
      requireTLS: smtp.security === "starttls",
      ignoreTLS: smtp.security === "none",
      ...(smtp.ca === null ? {} : { tls: { ca: smtp.ca } }),
      ...(smtp.user === null ? {} : { auth: { user: smtp.user, pass: smtp.password ?? "" } }),
      connectionTimeout: sendTimeoutMs,
      greetingTimeout: sendTimeoutMs,
      socketTimeout: sendTimeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const { rejected, response } = await transport.sendMail({ ...mailOf(channel, delivery), signal });
      if (rejected.length > 0) {
        const why = `${rejected.length} of ${channel.to.length} recipients were refused, the others have it`;
        return { kind: "refused", why };
      }
      return { kind: "sent", said: withoutAddresses(response) };
    } catch (error) {
      return failed(error);
    } finally {
      transport.close();
    }
  };
}

function mailOf({ from, to }: EmailChannel, { key, notice }: Delivery) {
  const { document, severity, rollout } = notice;
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 32);
  const domain = /@([\w.-]+)>?$/.exec(from)?.[1] ?? "sombra.invalid";
  // Mail programs show those of one rollout as one thread.
  const thread =
    rollout === null ? null : `<rollout.${createHash("sha256").update(rollout).digest("hex").slice(0, 16)}@${domain}>`;
  return {
    from,
    to: [...to],
    subject: marks[severity] + linesOf(document.title).join(" "),
    text: asText(document),
    html: asHtml(document),
    messageId: `<${hash}@${domain}>`,
    ...(thread === null ? {} : { references: thread }),
    headers: { "auto-submitted": "auto-generated", "x-sombra-idempotency-key": key },
  };
}

/** 5xx is for good (RFC 5321 4.2.1), save that whoever wants another name or encryption may be mended by configuration. */
function failed(error: unknown): Sent {
  const code = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : Number.NaN;
  const response = error instanceof Error && "response" in error ? withoutAddresses(String(error.response)) : "";
  const why = response === "" || Number.isNaN(code) ? faultOf(error) : `it answered ${response}`;
  if (code >= 500 && code < 600) return { kind: "refused", why };
  return { kind: "failed", why, afterMs: null };
}

/** What a server says may quote whom it was for. */
function withoutAddresses(text: string): string {
  return text
    .replaceAll(/[^\s<>@"']+@[^\s<>@"']+/g, "(address)")
    .replaceAll(/\s+/g, " ")
    .slice(0, 160);
}
