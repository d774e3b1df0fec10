import { html } from "hono/html";
import { wasNotDone } from "../../../calls/kill.ts";
import { killForm } from "../../banner.ts";
import { noticePage } from "../../notice.ts";
import type { Page } from "../../page.ts";
import { texts } from "../../texts.ts";

const maxReasonCharacters = 1_000;

/** What the red button does; its page asks what the dialog asks, for browsers without script. */
export const killPage: Page = {
  menu: null,
  add(site, deps) {
    site.show("/kill", (view) => ({
      title: texts.in(view.locale).kill,
      body: html`<section class="card narrow">${killForm(view, "kill-page-title")}</section>`,
    }));
    for (const killed of [true, false]) {
      site.act(killed ? "/kill" : "/kill/undo", "operate", async (view, form, { actor, from }) => {
        const reason = form.text("reason").slice(0, maxReasonCharacters);
        const answer = await deps.kill({ killed, actor, reason: reason === "" ? null : reason });
        if (answer.killed === killed) return { to: from === "/kill" ? "/" : from };
        return noticePage(view, { status: 503, text: wasNotDone(answer) });
      });
    }
  },
};
