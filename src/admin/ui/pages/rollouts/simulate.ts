import { recorded } from "../../parts.ts";
import { html } from "hono/html";
import type { AdminDeps } from "../../../deps.ts";
import type { SimulateAnswer } from "../../../rollouts.ts";
import { formToken } from "../../form.ts";
import type { Markup } from "../../markup.ts";
import type { Form, Shown, View } from "../../page.ts";
import type { Facts } from "./facts.ts";
import { simulationSection } from "./simulation.ts";
import { simulateTexts } from "./simulate-texts.ts";

const most = { runs: 1_000 };
const usual = { traffic: "2000", candidate: "healthy", runs: "100", approve_after: "1h" };

type Given = (name: keyof typeof usual) => string;

/** Asks what the plan is to be tried on. */
export function simulatePage(view: View, facts: Facts): Shown {
  return page(view, facts, { given: (name) => usual[name], told: null });
}

/** Tries it, and shows what came of it. */
export async function simulateSent(
  view: View,
  form: Form,
  { facts, deps }: { readonly facts: Facts; readonly deps: Pick<AdminDeps, "rollouts"> },
): Promise<Shown> {
  const t = simulateTexts.in(view.locale);
  const given: Given = (name) => form.text(name);
  const runs = Number(given("runs"));
  if (!Number.isInteger(runs) || runs < 1 || runs > most.runs) {
    return { ...page(view, facts, { given, told: wrong(view, t.runsMust) }), status: 400 };
  }
  const { plan } = facts.rollout;
  const [traffic, candidate, approveAfter] = [given("traffic"), given("candidate"), given("approve_after")];
  const answer = await deps.rollouts.simulate(plan, { traffic, candidate, runs, seed: 1, approveAfter });
  if (answer.kind !== "done")
    return { ...page(view, facts, { given, told: wrong(view, whyNot(view, answer)) }), status: 409 };
  const { simulation } = answer;
  return page(view, facts, { given, told: simulationSection(view, simulation, { traffic, candidate }) });
}

function whyNot({ locale }: View, answer: Exclude<SimulateAnswer, { kind: "done" }>): Markup | string {
  switch (answer.kind) {
    case "busy":
      return simulateTexts.in(locale).busy;
    case "wrong":
      return recorded(answer.problems.map(({ where, is, must }) => `${where} must be ${must}: it is ${is}`).join("; "));
    case "refused":
      return recorded(answer.why);
    default:
      return answer satisfies never;
  }
}

function wrong({ locale }: View, why: Markup | string): Markup {
  return html`<p class="wrong" role="alert">${simulateTexts.in(locale).wrong}: ${why}</p>`;
}

function page(
  view: View,
  { rollout }: Facts,
  { given, told }: { readonly given: Given; readonly told: Markup | null },
): Shown {
  const t = simulateTexts.in(view.locale);
  const { id } = rollout;
  const path = `/rollouts/${encodeURIComponent(id)}`;
  const field = (name: keyof typeof usual, label: string, help = ""): Markup =>
    html`<label
      >${label} <input name="${name}" value="${given(name)}" required autocomplete="off" maxlength="500" />${
        help === "" ? null : html`<small>${help}</small>`
      }</label
    >`;
  return {
    title: t.title,
    body: html`<p class="crumbs"><a href="${path}">${id}</a></p>
      <h1>${t.title}</h1>
      ${told}
      <form method="post" action="${path}/simulate" class="card stack">
        ${formToken()}
        <p class="muted">${t.about} ${t.takes}</p>
        <div class="simulate-fields">
          ${field("traffic", t.traffic, t.trafficHelp)} ${field("candidate", t.candidate, t.candidateHelp)}
          ${field("runs", t.runs)} ${field("approve_after", t.approve)}
        </div>
        <div class="row"><button class="primary">${t.run}</button></div>
      </form>`,
  };
}
