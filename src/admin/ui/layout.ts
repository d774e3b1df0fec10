import { html } from "hono/html";
import { style } from "./style.ts";

/** Escaped markup. */
export type Markup = ReturnType<typeof html>;

export interface Frame {
  readonly title: string;
  readonly heading: Markup;
  readonly version: string;
}

export function layout({ title, heading, version }: Frame, content: Markup): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${style}
      </head>
      <body>
        <header>${heading}</header>
        <main>${content}</main>
        <footer>
          <p class="muted">Sombra ${version} · <a href="/metrics">metrics</a> · <a href="/openapi.json">API</a></p>
        </footer>
      </body>
    </html>`;
}
