import { html } from "hono/html";
import { isJudged } from "../../../../rollout/index.ts";
import type { Markup } from "../../markup.ts";
import type { View } from "../../page.ts";
import { tile, said, recorded, written } from "../../parts.ts";
import { approvalsMissing, isDue, leftMs, type Facts } from "./facts.ts";
import { whoWords } from "./log.ts";
import { rolloutTexts } from "./texts.ts";
import { track } from "./track.ts";
import { waitsFor } from "./waiting.ts";
import { targetWords } from "./words.ts";

/** The track of phases, and why it is where it is. */
export function standingSection(view: View, facts: Facts): Markup {
  const t = rolloutTexts.in(view.locale);
  const { rollout, progress, environment, last } = facts;
  const isMoving = isJudged(rollout.status);
  return html`${notices(view, facts)}
    <section class="card" aria-labelledby="standing">
      <h2 id="standing">${t.standing}</h2>
      ${track(view, { rollout, environment, runningMs: progress?.runningMs ?? null })}
      ${isMoving ? html`<dl class="tiles wide">${tiles(view, facts)}</dl>` : null}
      ${isMoving ? waits(view, facts) : null}
      ${
        last === null
          ? null
          : html`<details id="recorded">
              <summary>${t.recorded}</summary>
              <p>${said(view, { text: last.why, pt: last.pt })}</p>
            </details>`
      }
      ${facts.problem === null ? null : html`<p class="wrong">${t.away("")}${recorded(facts.problem)}</p>`}
    </section>`;
}

function waits(view: View, facts: Facts): Markup {
  const t = rolloutTexts.in(view.locale);
  const all = waitsFor(view, facts);
  if (all.length === 0) return html`<p>${t.waitsNothing}</p>`;
  return html`<div>
    <h3>${t.waitsFor}</h3>
    <ul class="waits">
      ${all.map((wait) => html`<li>${wait}</li>`)}
    </ul>
  </div>`;
}

function tiles(view: View, facts: Facts): readonly Markup[] {
  return [timeTile(view, facts), pairsTile(view, facts), checkpointTile(view, facts), dueTile(view, facts)].concat(
    approvalTile(view, facts) ?? [],
  );
}

function timeTile(view: View, facts: Facts): Markup {
  const t = rolloutTexts.in(view.locale);
  const { duration } = view.format;
  const left = leftMs(facts) ?? 0;
  const least = `${t.timeLeftWhat} ${duration(facts.phase?.minMs ?? 0)}`;
  return tile(t.timeLeft, left === 0 ? t.timeOver : duration(left), least);
}

function pairsTile(view: View, { last, progress }: Facts): Markup {
  const t = rolloutTexts.in(view.locale);
  const { count, duration } = view.format;
  const missing = (last?.gates ?? []).flatMap((gate) => (gate.missing === null ? [] : [gate]));
  const worst = missing.toSorted((one, other) => (other.missing ?? 0) - (one.missing ?? 0))[0];
  if (worst === undefined)
    return tile(t.pairs, last === null ? "–" : "0", last === null ? t.pairsUnknown : t.pairsNone);
  const { missing: cells, figures } = worst;
  const seen = figures["N"] ?? 0;
  const ranMs = progress?.runningMs ?? 0;
  const rate = seen === 0 || ranMs === 0 ? t.pairsWhat : t.pairsRate(duration(((cells ?? 0) / seen) * ranMs));
  return tile(t.pairs, count(cells), rate);
}

function checkpointTile(view: View, { rollout, progress }: Facts): Markup {
  const t = rolloutTexts.in(view.locale);
  const { duration } = view.format;
  const { everyMs } = rollout.plan.checkpoints;
  const heardMs = progress === null ? 0 : Math.max(0, view.nowMs - Date.parse(progress.at));
  const left = progress === null ? null : Math.max(0, everyMs - progress.sinceCheckpointMs - heardMs);
  return tile(t.nextCheckpoint, left === null ? "–" : t.inTime(duration(left)), t.every(duration(everyMs)));
}

function dueTile(view: View, facts: Facts): Markup {
  const t = rolloutTexts.in(view.locale);
  const maxMs = facts.phase?.maxMs ?? null;
  if (maxMs === null) return tile(t.decisionDue, t.neverDue);
  const left = maxMs - (facts.progress?.runningMs ?? 0);
  return tile(t.decisionDue, isDue(facts) ? t.dueNow : t.inTime(view.format.duration(left)));
}

function approvalTile(view: View, facts: Facts): Markup | null {
  const t = rolloutTexts.in(view.locale);
  const { count } = view.format;
  const { phase, rollout } = facts;
  const missing = approvalsMissing(facts);
  const approval = phase?.approval ?? null;
  if (missing === null || approval === null) return null;
  const { names, notAuthor, count: all } = approval;
  const not = notAuthor
    ? [rollout.plan.author, rollout.startedBy ?? ""].flatMap((name) => (name === "" ? [] : [whoWords(view, name)]))
    : [];
  const who = [
    ...(names.length === 0 ? [] : [t.approvalsBy(names.join(", "))]),
    ...(not.length === 0 ? [] : [t.approvalsNot(not.join(", "))]),
  ].join("; ");
  return tile(t.approvals, t.approvalsOf(count(all - missing), count(all)), who === "" ? null : who);
}

/** What nobody should overlook. */
function notices(view: View, facts: Facts): Markup | null {
  const t = rolloutTexts.in(view.locale);
  const { rollout, phase, last } = facts;
  const { status } = rollout;
  if (isDue(facts)) return notice("amber", t.dueNotice(view.format.duration(phase?.maxMs ?? 0)), null);
  switch (status.name) {
    case "rolled-back":
      return notice("red", t.backNotice(targetWords(view, status.to)), since(view, status), [
        reasonOf(view, status),
        t.backHow,
      ]);
    case "paused":
    case "error-paused":
      return notice("amber", t.pausedNotice, since(view, status), [reasonOf(view, status)]);
    case "completed":
      return html`<div class="notice outcome outcome-green">
        <p><strong>${t.completed}</strong>, ${since(view, status)}</p>
        <p>${t.keptUntil} ${view.format.time(status.keepUntil)}.</p>
        <p>${t.lessons}: ${written(status.lessons)}</p>
      </div>`;
    case "aborted":
      return notice("amber", t.aborted, since(view, status), [reasonOf(view, status)]);
    case "running":
      return last?.conclusion === "ask-approval" ? notice("blue", t.approvalNotice, null) : null;
    default:
      return null;
  }
}

function notice(tone: string, text: string, when: Markup | null, more: readonly (Markup | string)[] = []): Markup {
  return html`<div class="notice outcome outcome-${tone}">
    <p><strong>${text}</strong> ${when}</p>
    ${more.map((line) => html`<p>${line}</p>`)}
  </div>`;
}

function since(view: View, status: { readonly since: string; readonly by?: string }): Markup {
  const t = rolloutTexts.in(view.locale);
  return html`${t.since}
  ${view.format.time(status.since)}${status.by === undefined ? null : html` ${t.by} ${whoWords(view, status.by)}`}`;
}

/** Of Sombra itself, in the reader's language; of people as they wrote it. */
function reasonOf(view: View, status: { readonly reason: string; readonly pt?: string | undefined }): Markup {
  return status.pt === undefined ? written(status.reason) : said(view, { text: status.reason, pt: status.pt });
}
