import { html } from "hono/html";
import type { AdminDeps } from "../../../deps.ts";
import { whyOf } from "../../../problem.ts";
import { noticePage } from "../../notice.ts";
import type { Shown, View } from "../../page.ts";
import { checkpointTexts } from "./checkpoint-texts.ts";
import { checkpointList } from "./checkpoints.ts";
import type { Facts } from "./facts.ts";

const perPage = 20;
/** As far back as the call goes. */
const mostPages = 50;

/** All checkpoints that are kept, newest first. */
export async function checkpointsPage(
  view: View,
  { rollout }: Facts,
  deps: Pick<AdminDeps, "rollouts">,
): Promise<Shown> {
  const t = checkpointTexts.in(view.locale);
  const { id } = rollout;
  const path = `/rollouts/${encodeURIComponent(id)}`;
  const asked = Number(view.query("page"));
  const page = Number.isInteger(asked) ? Math.min(mostPages, Math.max(1, asked)) : 1;
  try {
    // One more, to know whether there is another page.
    const all = await deps.rollouts.checkpoints(id, page * perPage + 1);
    const shown = all.slice((page - 1) * perPage, page * perPage);
    const hasOlder = all.length > page * perPage && page < mostPages;
    return {
      title: t.of(id),
      body: html`<p class="crumbs"><a href="${path}">${id}</a></p>
        <h1>${t.checkpoints}</h1>
        <section class="card">
          ${shown.length === 0 ? html`<p class="muted">${t.none}</p>` : checkpointList(view, shown)}
        </section>
        <p class="row">
          ${page > 1 ? html`<a href="${path}/checkpoints?page=${page - 1}">${t.newer}</a>` : null}
          ${hasOlder ? html`<a href="${path}/checkpoints?page=${page + 1}">${t.older}</a>` : null}
        </p>`,
    };
  } catch (error) {
    return noticePage(view, { status: 503, text: whyOf(error) });
  }
}
