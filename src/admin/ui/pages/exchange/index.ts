import { html } from "hono/html";
import { noticePage } from "../../notice.ts";
import type { Page, Shown, View } from "../../page.ts";
import { exchangeBody } from "./exchange.ts";
import { findForm, latestSection } from "./find.ts";
import { exchangeTexts } from "./texts.ts";

const latestShown = 20;
/** Lists show so much of an id. */
const shortId = 8;
/** Of the latest of this instance; who means an older one has to give all of its id. */
const lookedThrough = 1_000;

export const exchangePage: Page = {
  menu: { path: "/exchanges", word: (locale) => exchangeTexts.in(locale).menu },
  add(site, deps) {
    /** Of the archive, which has those with divergences, or of what this instance still remembers. */
    const recordOf = async (id: string) => (await (await deps.account()).exchange(id)) ?? deps.book.exchange(id);
    const wholeOf = (id: string): string =>
      id.length < shortId
        ? id
        : (deps.book.recent(lookedThrough).find(({ exchange }) => exchange.startsWith(id))?.exchange ?? id);
    const latest = site.live("/live/exchanges", ["counts"], async (view) => {
      await deps.account();
      return latestSection(view, deps.book.recent(latestShown));
    });
    const shownOf = async (view: View, id: string): Promise<Shown | null> => {
      const record = await recordOf(id);
      if (record === null) return null;
      const around = {
        route: deps.routes().find(({ name }) => name === record.route) ?? null,
        traceUrl: deps.traceUrl,
      };
      return { title: exchangeTexts.in(view.locale).title(record.exchange), body: exchangeBody(view, record, around) };
    };
    site.show("/exchanges", async (view) => {
      const t = exchangeTexts.in(view.locale);
      const id = view.query("id").trim().slice(0, 100);
      const found = id === "" ? null : ((await shownOf(view, id)) ?? (await shownOf(view, wholeOf(id))));
      if (found !== null) return found;
      return {
        title: t.menu,
        status: id === "" ? 200 : 404,
        body: html`<div>
            <h1>${t.menu}</h1>
            <p class="muted">${t.lead}</p>
          </div>
          ${findForm(view, id)} ${await latest({ ...view, search: "" })}`,
      };
    });
    site.show("/exchanges/:id", async (view) => {
      const found = await shownOf(view, view.param("id"));
      return found ?? noticePage(view, { status: 404, text: exchangeTexts.in(view.locale).gone });
    });
    site.file("/exchanges/:id/export.json", async (view) => {
      const record = await recordOf(view.param("id"));
      if (record === null) return noticePage(view, { status: 404, text: exchangeTexts.in(view.locale).gone });
      return {
        name: `exchange-${record.exchange}.json`,
        type: "application/json",
        text: `${JSON.stringify(record, null, 2)}\n`,
      };
    });
  },
};
