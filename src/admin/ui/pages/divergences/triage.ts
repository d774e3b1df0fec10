import { written } from "../../parts.ts";
import { html, raw } from "hono/html";
import { documentId } from "../../../../flags/index.ts";
import { saysSame, wantedMark } from "../../../calls/triage.ts";
import type { AdminDeps } from "../../../deps.ts";
import { documentNow, putDocument } from "../../../documents.ts";
import { triageValue } from "../../../triage.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { Form, Moved, Sender, View } from "../../page.ts";
import { texts } from "../../texts.ts";
import type { ToldGroup } from "./filter.ts";
import { triageTexts } from "./group-texts.ts";
import { groupPath, stateBadge } from "./words.ts";
import { refusalOf } from "./refusal.ts";

const states = ["expected", "bug", "fixed", "open"] as const;
type State = (typeof states)[number];

/** A form as somebody has filled it in, and what is wrong with it. */
export interface TriageDraft {
  readonly state: State;
  readonly reason: string;
  readonly until: string;
  readonly link: string;
  readonly wrong: string;
}

interface Shown {
  readonly group: ToldGroup;
  /** Of the mark that is stored; 0: none. */
  readonly version: number;
  readonly draft: TriageDraft | null;
}

/** What people say of a group, and, for who may, the forms to say it. */
export function triageSection(view: View, shown: Shown): Markup {
  const t = triageTexts.in(view.locale);
  const { group } = shown;
  const { triage } = group;
  const offered = states.filter((state) => state !== "open" || triage !== null);
  return html`<section class="card" aria-labelledby="triage">
    <h2 id="triage">${t.title}</h2>
    ${triage === null ? html`<p class="muted">${t.nobody}</p>` : saidOf(view, group)}
    ${view.may("operate") ? html`<div class="triage-choices">${offered.map((state) => choice(view, state, shown))}</div>` : null}
  </section>`;
}

function saidOf(view: View, group: ToldGroup): Markup | null {
  const t = triageTexts.in(view.locale);
  const { triage } = group;
  if (triage === null) return null;
  const { marked, reason, until, link, by, at } = triage;
  return html`<p>
    ${stateBadge(view, group) ?? html`<span class="badge">${t[marked]}</span>`} ${written(reason ?? "")}
    ${link === null ? null : html`<a href="${link}" rel="noreferrer">${link}</a>`}
    ${until === null ? null : html`<span>${t.untilWas} ${view.format.time(until)}</span>`}
    <small>${t.said(by)}, ${view.format.time(at)}</small>
  </p>`;
}

function choice(view: View, state: State, { group, version, draft }: Shown): Markup {
  const t = triageTexts.in(view.locale);
  const typed = draft?.state === state ? draft : null;
  const field = (name: "reason" | "until" | "link", label: string, more: Markup): Markup =>
    html`<label>${label} <input name="${name}" value="${typed?.[name] ?? ""}" ${more} /></label>`;
  return html`<details name="triage" ${typed === null ? "" : raw("open")}>
    <summary>${t[state]}…</summary>
    <form method="post" action="${groupPath(group)}/triage" class="stack">
      ${formToken()}<input type="hidden" name="state" value="${state}" /><input
        type="hidden"
        name="version"
        value="${version}"
      />
      <p class="muted">${t[`${state}What`]}</p>
      ${typed === null ? null : html`<p class="wrong" role="alert">${typed.wrong}</p>`}
      ${state === "expected" ? field("until", t.until, raw('type="date" required')) : null}
      ${state === "bug" ? field("link", t.link, raw('type="url" required maxlength="500" placeholder="https://"')) : null}
      ${field("reason", texts.in(view.locale).reason, raw(`maxlength="500" autocomplete="off" ${state === "expected" ? "required" : ""}`))}
      <div class="row"><button class="primary">${t.save}</button></div>
    </form>
  </details>`;
}

type Deps = Pick<AdminDeps, "flags" | "write" | "now">;

export function markVersion(deps: Pick<AdminDeps, "flags">, signature: string): number {
  return documentNow(deps, documentId("triage", signature))?.version ?? 0;
}

/** What somebody says of a group; `wrong` with the status of the page where it was not taken. */
export async function sayTriage(
  deps: Deps,
  {
    view,
    form,
    sender,
    group,
  }: { readonly view: View; readonly form: Form; readonly sender: Sender; readonly group: ToldGroup },
): Promise<Moved | { readonly status: 400 | 409 | 503; readonly draft: TriageDraft }> {
  const t = triageTexts.in(view.locale);
  const state = states.find((one) => one === form.text("state"));
  const to = `${groupPath(group)}#triage`;
  if (state === undefined) return { to };
  const [reason, until, link] = [form.text("reason"), form.text("until"), form.text("link")];
  const refused = (status: 400 | 409 | 503, wrong: string) => ({
    status,
    draft: { state, reason, until, link, wrong },
  });
  const body = {
    state,
    ...(reason === "" ? {} : { reason }),
    ...(until === "" ? {} : { until }),
    ...(link === "" ? {} : { link }),
  };
  const wanted = wantedMark(body, { query: undefined, nowMs: deps.now() });
  if (!wanted.ok) {
    const words: Readonly<Record<string, string>> = { reason: t.wrongReason, until: t.wrongUntil, link: t.wrongLink };
    return refused(400, [...new Set(wanted.problems.map(({ where, must }) => words[where] ?? must))].join(" "));
  }
  const { triage } = group;
  if (wanted.mark !== null && triage?.state === state && saysSame(triage, wanted.mark))
    return { to, said: t.unchanged };
  const value = wanted.mark === null ? null : triageValue(wanted.mark);
  const seen = Number(form.text("version"));
  const answer = await putDocument(
    deps,
    { collection: "triage", id: group.signature, value },
    { actor: sender.actor, reason: wanted.mark?.reason ?? wanted.reason, version: Number.isInteger(seen) ? seen : 0 },
  );
  switch (answer.kind) {
    case "written":
    case "unchanged":
      return { to, said: t.saved(t[state]) };
    case "conflict":
      return refused(409, t.conflict(triage === null ? t.nothingSaid : `${t[triage.marked]}, ${triage.by}`));
    default: {
      const { status, text } = refusalOf(view.locale, answer);
      return refused(status, text);
    }
  }
}
