import type { AdminWriteAnswer } from "../../../deps.ts";
import type { Locale } from "../../locale.ts";
import { catalogue } from "../../locale.ts";

const refusalTexts = catalogue({
  conflict: [
    "Somebody changed it meanwhile: look at the page anew, then send it again.",
    "Alguém mudou isto enquanto isso: olhe a página de novo e envie outra vez.",
  ],
  unknown: ["It is not there any more.", "Já não existe."],
  unavailable: [(why: string) => `The store did not take it: ${why}`, (why: string) => `O store não aceitou: ${why}`],
});

/** Why a write was not done, and with which status. */
export function refusalOf(
  locale: Locale,
  answer: Exclude<AdminWriteAnswer, { kind: "written" | "unchanged" }>,
): { readonly status: 400 | 409 | 503; readonly text: string } {
  const t = refusalTexts.in(locale);
  switch (answer.kind) {
    case "invalid":
      return {
        status: 400,
        text: answer.problems.map(({ where, is, must }) => `${where}: ${must} (${is})`).join("; "),
      };
    case "unknown":
      return { status: 409, text: t.unknown };
    case "refused":
      return { status: 409, text: inLocale(locale, answer) };
    case "conflict":
      return { status: 409, text: t.conflict };
    case "unavailable":
      return { status: 503, text: t.unavailable(inLocale(locale, answer)) };
  }
}

function inLocale(
  locale: Locale,
  { why, pt = why }: { readonly why: string; readonly pt?: string | undefined },
): string {
  return locale === "pt-BR" ? pt : why;
}
