import type { Spoken } from "../../../../lib/sentence.ts";
import { said } from "../../parts.ts";
import { randomUUID } from "node:crypto";
import { html, raw } from "hono/html";
import { phasesIn, wayBack, type Plan } from "../../../../rollout/index.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { Form, View } from "../../page.ts";
import { askPath, changesWho, isLastApproval, mayBreakGlass, type Ask } from "./asks.ts";
import { askTexts } from "./ask-texts.ts";
import { toTick, type Facts } from "./facts.ts";
import { waitsFor } from "./waiting.ts";
import { shareText, targetWords } from "./words.ts";

/** What was sent before, and what was wrong with it. */
export interface Sent {
  readonly form: Form;
  readonly wrong: Spoken;
}

interface Asking {
  readonly ask: Ask;
  readonly facts: Facts;
  /** What is in the fields. */
  readonly given: (name: string) => string;
}

const maxCharacters = 1_000;

/** The question that comes before an order: what it means, who is served then, why, and yes or no. */
export function askForm(view: View, ask: Ask, facts: Facts, sent: Sent | null): Markup {
  const t = askTexts.in(view.locale);
  const { id } = facts.rollout;
  const given = (name: string): string => sent?.form.text(name) ?? view.query(name);
  const asking = { ask, facts, given };
  const once = sent?.form.text("once") ?? randomUUID();
  return html`<form method="post" action="${askPath(id, ask)}" class="stack" data-question aria-labelledby="ask-title">
    ${formToken()}<input type="hidden" name="once" value="${once}" />
    <h2 id="ask-title">${t[ask]}: ${id}</h2>
    ${sent === null ? null : html`<p class="wrong" role="alert">${t.wrong}. ${said(view, sent.wrong)}</p>`}
    <p>${t[`${ask}About`]}</p>
    ${whoIsServed(view, asking)} ${fields(view, asking)} ${glass(view, asking)}
    ${
      changesWho(ask)
        ? html`<label class="check"><input type="checkbox" name="sure" value="yes" required /> ${t.sure}</label>`
        : null
    }
    <div class="row">
      <button class="${ask === "rollback" || ask === "abort" ? "danger" : "primary"}">${t[ask]}</button>
      <a class="button" href="/rollouts/${encodeURIComponent(id)}" data-close>${t.cancel}</a>
    </div>
  </form>`;
}

function fields(view: View, asking: Asking): Markup | null {
  const t = askTexts.in(view.locale);
  const { ask, given } = asking;
  const input = (name: string, label: string, help: string, required = true): Markup =>
    html`<label
      >${label}
      <input
        name="${name}"
        value="${given(name)}"
        maxlength="${maxCharacters}"
        autocomplete="off"
        ${required ? raw("required") : ""}
      /><small>${help}</small></label
    >`;
  const area = (name: string, label: string, help: string): Markup =>
    html`<label
      >${label} <textarea name="${name}" maxlength="${maxCharacters}" required>${given(name)}</textarea
      ><small>${help}</small></label
    >`;
  switch (ask) {
    case "start":
    case "resume":
    case "approve":
      return input("reason", t.reason, t.reasonMaybe, false);
    case "reject":
    case "pause":
    case "abort":
      return input("reason", t.reason, t.reasonHelp);
    case "advance":
      return html`${toField(view, asking)} ${input("reason", t.reason, t.reasonMaybe, false)}`;
    case "rollback":
      return html`${toField(view, asking)} ${input("reason", t.reason, t.reasonHelp)}`;
    case "acknowledge":
      return html`${choice("gate", t.gate, given("gate"), gateChoices(asking.facts))}
      ${input("reason", t.reason, t.reasonHelp)} ${input("until", t.until, t.untilHelp)}`;
    case "complete":
      return html`${area("lessons", t.lessons, t.lessonsHelp)} ${input("reason", t.reason, t.reasonMaybe, false)}`;
    case "note":
      return area("text", t.text, t.reasonHelp);
    case "tick":
      return html`${choice(
        "precheck",
        t.precheck,
        given("precheck"),
        toTick(asking.facts).map((name) => [name, name]),
      )}
      ${area("evidence", t.evidence, t.evidenceHelp)}`;
    case "checkpoint":
      return html`<label
        >${t.checkpointName} <input name="name" value="${given("name")}" maxlength="64" autocomplete="off" /><small
          >${t.checkpointNameHelp}</small
        ></label
      >`;
    case "drill":
      return null;
    default:
      return ask satisfies never;
  }
}

type Choice = readonly [value: string, text: string];

function choice(name: string, label: string, given: string, choices: readonly Choice[]): Markup {
  return html`<label
    >${label}
    <select name="${name}">
      ${choices.map(
        ([value, text]) => html`<option value="${value}" ${value === given ? raw("selected") : ""}>${text}</option>`,
      )}
    </select></label
  >`;
}

function gateChoices({ gates, last }: Facts): readonly Choice[] {
  const alarms = (last?.alerts ?? []).map(({ type }) => type);
  const holding = (last?.gates ?? []).filter(({ verdict }) => verdict !== "PASS").map(({ gate }) => gate);
  return [...new Set([...holding, ...gates.map(({ name }) => name), ...alarms])].map((name) => [name, name]);
}

function toField(view: View, { ask, facts, given }: Asking): Markup {
  const t = askTexts.in(view.locale);
  const { rollout, index, environment } = facts;
  const { plan } = rollout;
  const here = phasesIn(plan, environment).map((at) => plan.phases[at]?.name ?? "");
  const at = index === null ? -1 : here.indexOf(plan.phases[index]?.name ?? "");
  const choices: readonly Choice[] =
    ask === "advance"
      ? [
          ["", t.toNext],
          ...phasesIn(plan, environment)
            .slice(at + 1)
            .map((to): Choice => [plan.phases[to]?.name ?? "", servedIn(view, plan, to)]),
        ]
      : [
          ["", t.toPlan(targetWords(view, wayBack(plan, index ?? -1)))],
          ...(["shadow", "off"] as const).map((to): Choice => [to, targetWords(view, to)]),
          ...(at > 0 ? [["previous", targetWords(view, "previous")] as const] : []),
          ...here.slice(0, Math.max(0, at)).map((name): Choice => [name, targetWords(view, { phase: name })]),
        ];
  return choice("to", t.to, given("to"), choices);
}

/** Who is answered by the candidate now, and who then. */
function whoIsServed(view: View, { ask, facts }: Asking): Markup | null {
  const t = askTexts.in(view.locale);
  const then = thenOf(view, ask, facts);
  if (then === null) return null;
  return html`<dl class="facts now-then">
    <div>
      <dt>${t.nowServed}</dt>
      <dd>${servedNow(view, facts)}</dd>
    </div>
    <div>
      <dt>${t.thenServed}</dt>
      <dd>${then}</dd>
    </div>
  </dl>`;
}

function thenOf(view: View, ask: Ask, facts: Facts): string | null {
  const { rollout, index, environment } = facts;
  const { plan } = rollout;
  const here = phasesIn(plan, environment);
  if (ask === "start") return servedIn(view, plan, here[0]);
  if (ask === "advance" || (ask === "approve" && isLastApproval(facts)))
    return servedIn(view, plan, here[here.indexOf(index ?? -1) + 1]);
  return ask === "drill" ? askTexts.in(view.locale).nobody : null;
}

function servedNow(view: View, { rollout, index }: Facts): string {
  const { status, plan } = rollout;
  const t = askTexts.in(view.locale);
  if (status.name === "rolled-back" && (status.to === "shadow" || status.to === "off")) return t.nobody;
  return index === null ? t.nobody : servedIn(view, plan, index);
}

function servedIn(view: View, { phases }: Plan, index: number | undefined): string {
  const t = askTexts.in(view.locale);
  const phase = phases[index ?? -1];
  if (phase === undefined) return "–";
  const { serve, allowlist } = phase;
  const served =
    serve === 0
      ? t.nobody
      : allowlist === null
        ? t.servesThen(shareText(view, serve / 100))
        : t.servesListed(view.format.count(allowlist.length));
  return `${t.inPhase(phase.name)}: ${served}`;
}

function glass(view: View, { ask, facts, given }: Asking): Markup | null {
  if (!mayBreakGlass(ask)) return null;
  const t = askTexts.in(view.locale);
  const against = waitsFor(view, facts);
  return html`<details class="glass" ${given("break_glass") === "yes" ? raw("open") : ""}>
    <summary>${t.glass}</summary>
    <p>${t.glassAbout}</p>
    ${
      against.length === 0
        ? null
        : html`<p>${t.against}:</p>
            <ul>
              ${against.map((text) => html`<li>${text}</li>`)}
            </ul>`
    }
    <label class="check"
      ><input type="checkbox" name="break_glass" value="yes" ${given("break_glass") === "yes" ? raw("checked") : ""} />
      ${t.glassYes}</label
    >
  </details>`;
}
