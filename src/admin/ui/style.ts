import { createHash } from "node:crypto";
import { raw } from "hono/html";
import { css } from "./css.ts";

/** Inline, so that a page is one answer; its hash is all the style the policy lets in. */
export const style = raw(`<style>${css}</style>`);

const hash = createHash("sha256").update(css).digest("base64");

/** No script, no frames, nothing from elsewhere; `data:` is the empty icon. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash}'`,
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");
