import type { html } from "hono/html";

/** Escaped markup. */
export type Markup = ReturnType<typeof html>;
