import { detailOf } from "./act.ts";
import { said, recorded } from "../../parts.ts";
import { randomUUID } from "node:crypto";
import { html } from "hono/html";
import type { Problem } from "../../../../flags/index.ts";
import { creating } from "../../../calls/rollouts.ts";
import type { AdminDeps } from "../../../deps.ts";
import type { createOrders } from "../../../idempotency.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { Form, Moved, Sender, Shown, View } from "../../page.ts";
import { askTexts } from "./ask-texts.ts";
import { createTexts } from "./create-texts.ts";
import { examplePlan } from "./example-plan.ts";
import { planSections } from "./plan.ts";
import { rolloutTexts } from "./texts.ts";

export const createPath = "/rollouts/_new";

/** `flag`: what an example moves. */
export function createPage(view: View, flag: string): Shown {
  const text = view.query("example") === "" ? "" : examplePlan(flag);
  return page(view, { text, rate: "", once: randomUUID() }, null);
}

/** Tells what the plan does, or what is wrong with it; writes it where that was asked for. */
export async function planSent(
  view: View,
  form: Form,
  {
    sender,
    deps,
    once,
  }: {
    readonly sender: Sender;
    readonly deps: Pick<AdminDeps, "rollouts">;
    readonly once: ReturnType<typeof createOrders>;
  },
): Promise<Moved | Shown> {
  const t = createTexts.in(view.locale);
  const given = { text: form.text("plan"), rate: form.text("rate"), once: form.text("once") };
  const parsed = await deps.rollouts.parse(given.text);
  if (!parsed.ok) return { ...page(view, given, problemList(view, parsed.problems, given.text)), status: 400 };
  const rate = given.rate === "" ? null : Number(given.rate.replace(",", "."));
  if (rate !== null && !(rate > 0)) {
    return { ...page(view, given, html`<p class="wrong" role="alert">${t.rateMust}</p>`), status: 400 };
  }
  const { plan, unsaid } = parsed;
  const told = planSections(view, plan, { itemsPerHour: rate, unsaid });
  if (form.text("do") !== "save")
    return page(view, given, html`<p class="notice said" role="status">${t.sound}</p>`, told);
  const by = `${sender.actor.kind}:${sender.actor.name}`;
  const { run } = creating(plan, by, deps.rollouts);
  const done = await once({ key: [by, createPath, given.once], body: given.text, run });
  if (done === null || done.status >= 400) {
    const wrong = html`<p class="wrong" role="alert">
      ${t.notSaved}: ${done === null ? askTexts.in(view.locale).other : said(view, detailOf(done.answer))}
    </p>`;
    return { ...page(view, given, wrong, told), status: done?.status === 503 ? 503 : 409 };
  }
  const id = "rollout" in done.answer ? String(done.answer.rollout) : plan.name;
  return { to: `/rollouts/${encodeURIComponent(id)}`, said: t.saved(id) };
}

interface Given {
  readonly text: string;
  readonly rate: string;
  readonly once: string;
}

/** `told`: what the plan does; null: it is not known yet, so that it cannot be saved. */
function page(view: View, { text, rate, once }: Given, said: Markup | null, told: Markup | null = null): Shown {
  const t = createTexts.in(view.locale);
  return {
    title: t.title,
    body: html`<p class="crumbs"><a href="/rollouts">${rolloutTexts.in(view.locale).back}</a></p>
      <h1>${t.title}</h1>
      ${said}
      <form method="post" action="${createPath}" class="card stack">
        ${formToken()}<input type="hidden" name="once" value="${once}" />
        <p class="muted">${t.about} ${text === "" ? html`<a href="${createPath}?example=1">${t.example}</a>` : null}</p>
        <label
          >${t.plan} <textarea name="plan" class="plan-text" rows="18" required spellcheck="false">${text}</textarea>
        </label>
        <label class="rate"
          >${t.rate} <input name="rate" value="${rate}" inputmode="decimal" autocomplete="off" /><small
            >${t.rateHelp}</small
          ></label
        >
        <div class="row">
          <button name="do" value="look" class="${told === null ? "primary" : ""}">${t.look}</button>
          ${told === null ? null : html`<button name="do" value="save" class="primary">${t.save}</button>`}
        </div>
      </form>
      ${told}`,
  };
}

/** Each with its line as it was pasted, and a mark at the column. */
function problemList(view: View, problems: readonly Problem[], text: string): Markup {
  const t = createTexts.in(view.locale);
  const lines = text.split(/\r?\n/);
  return html`<section class="card" role="alert" aria-labelledby="wrong">
    <h2 id="wrong">${t.wrong(view.format.count(problems.length))}</h2>
    <ol class="plan-problems">
      ${problems.map((problem) => html`<li>${recorded(t.must(problem.where, problem.is, problem.must))}${excerpt(problem, lines)}</li>`)}
    </ol>
  </section>`;
}

const excerptCharacters = 160;

function excerpt({ where }: Problem, lines: readonly string[]): Markup | null {
  const [, line = "", column = ""] = /line (\d+), column (\d+)/.exec(where) ?? [];
  const text = lines[Number(line) - 1];
  if (line === "" || text === undefined || Number(column) > excerptCharacters) return null;
  const mark = `${" ".repeat(Math.max(0, Number(column) - 1))}^`;
  return html`<pre
    class="excerpt"
    tabindex="0"
  ><span class="line-number">${line.padStart(4)} │ </span>${text.slice(0, excerptCharacters)}
<span class="line-number">     │ </span><span class="mark-here" aria-hidden="true">${mark}</span></pre>`;
}
