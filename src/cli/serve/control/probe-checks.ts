import type { Check } from "../../../admin/index.ts";
import { joined, say, type Sentence } from "../../../lib/sentence.ts";
import { address } from "./egress-checks.ts";
import type { ProbeCall, ProbeReport } from "../effects/probe.ts";

/** What `sombra doctor --probe` says; null: the data plane did not say in time what came of it. */
export function probeChecks(reports: readonly ProbeReport[] | null): readonly Check[] {
  if (reports === null) {
    const late = say("the data plane did not answer in time", "o plano de dados não respondeu a tempo");
    return [{ name: "probe", status: "warn", ...late }];
  }
  if (reports.length === 0) {
    return [{ name: "probe", status: "warn", ...say("no route has a candidate", "nenhuma rota tem candidate") }];
  }
  return reports.map((report) => ({ name: `${report.route}: probe`, ...said(report) }));
}

function said(report: ProbeReport): Omit<Check, "name"> {
  switch (report.kind) {
    case "refused":
      return { status: "warn", ...say(`not probed: ${report.why}`, `não sondado: ${report.pt ?? report.why}`) };
    case "failed":
      return {
        status: "fail",
        ...say(
          `the candidate did not answer the probe: ${report.failure}`,
          `o candidate não respondeu à sonda: ${report.failure}`,
        ),
      };
    case "answered":
      return report.calls.length === 0 ? withoutCalls(report) : withCalls(report);
  }
}

type Answered = Extract<ProbeReport, { kind: "answered" }>;

function withoutCalls({ status, waitedMs, blindly }: Answered): Omit<Check, "name"> {
  const none = say(
    `the candidate answered ${status} and no call came that is tied to the probe in ${seconds(waitedMs)}`,
    `o candidate respondeu ${status} e em ${seconds(waitedMs)} não veio nenhuma chamada ligada à sonda`,
  );
  if (status === 401 || status === 403) {
    const said = say(
      `${none.text}: where it checks signatures, SOMBRA_CANDIDATE_APP_SECRET must be its app secret`,
      `${none.pt}: se ele verifica assinaturas, SOMBRA_CANDIDATE_APP_SECRET deve ser o seu app secret`,
    );
    return { status: "warn", ...said };
  }
  if (blindly) {
    const said = say(
      `${none.text}; no delivery has shown yet to which path and number: probe again after one`,
      `${none.pt}; nenhuma entrega mostrou ainda para que caminho e número: sonde de novo depois de uma`,
    );
    return { status: "warn", ...said };
  }
  const said = say(
    `${none.text}: it says nothing to a stranger, or passes neither traceparent nor x-sombra-exchange on, or goes past the egress and REACHES CUSTOMERS; ${address.text}`,
    `${none.pt}: ele não diz nada a um estranho, ou não repassa traceparent nem x-sombra-exchange, ou passa por fora do egress e CHEGA AOS CLIENTES; ${address.pt}`,
  );
  return { status: "warn", ...said };
}

function withCalls({ status, calls, weak }: Answered): Omit<Check, "name"> {
  const isOne = calls.length === 1;
  const came = say(
    `the candidate answered ${status} and ${calls.length} call${isOne ? "" : "s"} came: ${kindsOf(calls)}`,
    `o candidate respondeu ${status} e ${isOne ? "veio 1 chamada" : `vieram ${calls.length} chamadas`}: ${kindsOf(calls)}`,
  );
  const others = calls.filter(({ side }) => side !== "candidate");
  if (others.length > 0) {
    const by = `/${others[0]?.side}`;
    const said = say(
      `${came.text}; ${others.length} by ${by}: the candidate uses another side's address, and what it sends REACHES CUSTOMERS; ${address.text}`,
      `${came.pt}; ${others.length} por ${by}: o candidate usa o endereço de outro lado, e o que ele envia CHEGA AOS CLIENTES; ${address.pt}`,
    );
    return { status: "fail", ...said };
  }
  const out = calls.filter(({ disposition, operation }) => isOut(disposition) && operation !== "read");
  if (out.length > 0) {
    const kinds = kindsOf(out);
    const said = say(`${came.text}; ${out.length} WENT OUT: ${kinds}`, `${came.pt}; ${out.length} SAÍRAM: ${kinds}`);
    return { status: "fail", ...said };
  }
  const held = calls.filter(({ disposition }) => disposition === "held").length;
  const reads = calls.filter(({ disposition }) => isOut(disposition)).length;
  const parts = [
    held === calls.length ? say("all held", "tudo retido") : say(`${held} held`, `${held} retidas`),
    ...(reads > 0
      ? [
          say(
            `${reads} read${reads === 1 ? "" : "s"} went out, as \`reads: pass\` says`,
            `${reads === 1 ? "1 leitura saiu" : `${reads} leituras saíram`}, como diz \`reads: pass\``,
          ),
        ]
      : []),
    ...(weak > 0 ? [tiedWeakly(weak)] : []),
  ];
  return { status: weak > 0 ? "warn" : "ok", ...joined([came, ...parts], "; ") };
}

function isOut(disposition: ProbeCall["disposition"]): boolean {
  return disposition === "released" || disposition === "failed";
}

function kindsOf(calls: readonly ProbeCall[]): string {
  const counts = Map.groupBy(calls, ({ kind }) => kind);
  return [...counts].map(([kind, { length }]) => (length === 1 ? kind : `${length} x ${kind}`)).join(", ");
}

function tiedWeakly(weak: number): Sentence {
  return say(
    `${weak} tied by nothing but the recipient: pass traceparent or x-sombra-exchange on`,
    `${weak} só pelo destinatário: repasse traceparent ou x-sombra-exchange`,
  );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
