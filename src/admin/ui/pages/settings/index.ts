import { html } from "hono/html";
import type { Markup } from "../../markup.ts";
import type { Page, Shown, View } from "../../page.ts";
import { doctorAnswer, doctorSection } from "./doctor.ts";
import { inForceSection } from "./in-force.ts";
import { settingsTexts } from "./texts.ts";

export const settingsPage: Page = {
  menu: { path: "/settings", word: (locale) => settingsTexts.in(locale).title },
  add(site, deps) {
    site.fragment("/settings/doctor", async (view) => doctorAnswer(view, await deps.checks()));
    const page = (view: View, answer: Markup | null): Shown => {
      const t = settingsTexts.in(view.locale);
      return {
        title: t.title,
        body: html`<h1>${t.title}</h1>
          <p class="muted">${t.about}</p>
          ${doctorSection(view, answer)} ${inForceSection(view, deps.settings())}`,
      };
    };
    site.show("/settings", async (view) =>
      page(view, view.query("doctor") === "run" ? doctorAnswer(view, await deps.checks()) : null),
    );
    site.act("/settings/probe", "operate", async (view, _, { keeps }) => {
      const answer = doctorAnswer(view, await deps.probe());
      return keeps ? { title: settingsTexts.in(view.locale).title, body: answer } : page(view, answer);
    });
  },
};
