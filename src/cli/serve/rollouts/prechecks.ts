import type { ToldChannel } from "../../../admin/index.ts";
import { asIs, joined, say, type Sentence } from "../../../lib/sentence.ts";
import type { FlagState } from "../../../flags/index.ts";
import type { RouteFlags } from "../../../model/index.ts";
import {
  expectedFields,
  type AutomaticPrecheck,
  type Checkpoint,
  type Rollout,
  type Surroundings,
} from "../../../rollout/index.ts";

export interface PrecheckDeps {
  readonly routes: readonly RouteFlags[];
  /** Index of the plan's first phase that takes place here; null: there is none. */
  readonly firstPhase: (rollout: Rollout) => number | null;
  readonly surroundings: () => Promise<Surroundings>;
  readonly lastCheckpoint: (rollout: string) => Promise<Checkpoint | null>;
  /** That people are told by. */
  readonly channels: () => readonly ToldChannel[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Found extends Sentence {
  readonly green: boolean;
}

/** Of items that are to be compared. */
const leastCoverage = 0.99;
/** What was seen to arrive then may do so still. */
const testedForMs = 30 * 86_400_000;

/** Looks at one thing that has to be so before a start. */
export async function precheckOf(rollout: Rollout, precheck: AutomaticPrecheck, deps: PrecheckDeps): Promise<Found> {
  switch (precheck.name) {
    case "baseline":
      return baseline(rollout);
    case "first-phase-value":
      return firstPhaseValue(rollout, (await deps.surroundings()).flags, deps);
    case "list-size":
      return listSize(rollout, precheck.atLeast, deps);
    case "determinism": {
      const { decidedAlike, instances } = await deps.surroundings();
      const s = instances === 1 ? "" : "s";
      const on = say(`${instances} instance${s}`, `${instances} instância${s}`);
      if (decidedAlike === null) {
        return red(`not all of ${on.text} have said how they decide`, `nem todas de ${on.pt} disseram como decidem`);
      }
      const said = decidedAlike
        ? say(`${on.text} decide alike`, `${on.pt}: decisões iguais`)
        : say(`${on.text} do not decide alike`, `${on.pt}: decisões diferentes`);
      return { green: decidedAlike, ...said };
    }
    case "last-checkpoint": {
      const last = await deps.lastCheckpoint(rollout.id);
      if (last === null) {
        return red(
          "there is none: make one with sombra rollout checkpoint",
          "não há nenhum: faça um com sombra rollout checkpoint",
        );
      }
      const { name, status } = last;
      return { green: status === "PASS", ...say(`${name} was ${status}`, `${name} foi ${status}`) };
    }
    case "sensitivity": {
      const { sensitivity } = await deps.surroundings();
      if (sensitivity === null) {
        return red(
          "nothing was planted yet: it takes compared traffic",
          "nada foi plantado ainda: é preciso tráfego comparado",
        );
      }
      const share = percent(sensitivity);
      const said = say(
        `of planted differences ${share.text} are found`,
        `encontram-se ${share.pt} das diferenças plantadas`,
      );
      return { green: sensitivity === 1, ...said };
    }
    case "coverage": {
      const { coverage } = await deps.surroundings();
      if (coverage === null) return red("nothing was to be compared yet", "ainda não havia nada a comparar");
      const [share, least] = [percent(coverage), percent(leastCoverage)];
      const said = say(
        `of items that are to be compared ${share.text} are, ${least.text} at least`,
        `dos itens a comparar ${share.pt} são comparados, no mínimo ${least.pt}`,
      );
      return { green: coverage >= leastCoverage, ...said };
    }
    case "store": {
      const { store } = await deps.surroundings();
      if (!store.up)
        return { green: false, ...(store.problem === null ? say("no answer", "sem resposta") : asIs(store.problem)) };
      return { green: true, ...say("it answers and takes writes", "responde e aceita gravações") };
    }
    case "telemetry": {
      const { delivered } = (await deps.surroundings()).telemetry;
      if (delivered === null) {
        return red("nothing was delivered or fetched yet", "nada foi entregue ou buscado ainda");
      }
      return {
        green: delivered,
        ...(delivered ? say("it is delivered", "é entregue") : say("it does not get there", "não chega")),
      };
    }
    case "notifications":
      return notifications(rollout, deps);
    case "drill": {
      const { drill } = rollout;
      if (drill === null) return red("not done: sombra rollout drill", "não feito: sombra rollout drill");
      const { seconds, at } = drill;
      const said = say(
        `${seconds} s until every instance was on legacy, ${at}`,
        `${seconds} s até toda instância estar no legacy, ${at}`,
      );
      return { green: true, ...said };
    }
  }
}

/** Those that the plan names for its audiences, else all: each took a test, and not long ago. */
function notifications({ plan }: Rollout, { channels, now }: PrecheckDeps): Found {
  const all = channels();
  const named = new Set(plan.audiences.map(({ channel }) => channel));
  const wanted = named.size > 0 ? [...named] : all.map(({ channel }) => channel);
  if (wanted.length === 0) return red("no channel is configured", "nenhum canal está configurado");
  const wrong = wanted.flatMap((name): readonly Sentence[] => {
    const channel = all.find((one) => one.channel === name);
    if (channel === undefined) return [say(`${name} is not configured`, `${name} não está configurado`)];
    const { tested } = channel;
    if (tested === null) return [say(`${name} was never tested`, `${name} nunca foi testado`)];
    const { ok, said, at } = tested;
    if (!ok) return [say(`${name} did not take a test: ${said}`, `${name} não aceitou um teste: ${said}`)];
    return now() - Date.parse(at) > testedForMs
      ? [say(`${name} was tested last at ${at}`, `${name} foi testado por último em ${at}`)]
      : [];
  });
  if (wrong.length > 0) return { green: false, ...joined([joined(wrong, "; "), asIs("sombra doctor --notify")], ": ") };
  const names = wanted.join(", ");
  return { green: true, ...say(`${names} took a test`, `${names}: teste aceito`) };
}

function baseline({ baseline: recorded, plan }: Rollout): Found {
  if (recorded !== null) {
    const { items, to } = recorded;
    const said = say(`recorded over ${items} items until ${to}`, `registrado sobre ${items} itens até ${to}`);
    return { green: true, ...said };
  }
  if (plan.phases[0]?.kind !== "baseline") return red("none is recorded", "nenhum está registrado");
  return { green: true, ...say("the first phase records it", "a primeira fase o registra") };
}

function firstPhaseValue(rollout: Rollout, { flags }: FlagState, { firstPhase, routes }: PrecheckDeps): Found {
  const index = firstPhase(rollout);
  if (index === null) {
    return red("the plan has no phase that takes place here", "o plano não tem fase que aconteça aqui");
  }
  const expected = expectedFields(rollout.plan, index, routes).find(({ key }) => key === rollout.plan.flag);
  const flag = flags.get(rollout.plan.flag);
  if (expected === undefined || flag === undefined) return red("the flag is not there", "a flag não existe");
  const { percent: wanted = null, enabled = null } = expected.fields;
  const name = rollout.plan.phases[index]?.name ?? "";
  const isSame = flag.percent === wanted && flag.enabled === enabled;
  const is = `enabled=${String(flag.enabled)}, rollout=${flag.percent ?? "none"}`;
  const should = `enabled=${String(enabled)}, rollout=${wanted ?? "none"}`;
  const said = isSame
    ? say(`${is}, as ${name} says`, `${is}, como diz ${name}`)
    : say(`${is}; ${name} says ${should}`, `${is}; ${name} diz ${should}`);
  return { green: isSame, ...said };
}

function listSize(rollout: Rollout, atLeast: number, { firstPhase }: PrecheckDeps): Found {
  const phase = rollout.plan.phases[firstPhase(rollout) ?? 0];
  const listed = new Set([...(phase?.allowlist ?? []), ...(phase?.forceOn ?? [])]).size;
  const said = say(
    `${listed} shoppers are listed, ${atLeast} at least`,
    `${listed} shoppers estão listados, no mínimo ${atLeast}`,
  );
  return { green: listed >= atLeast, ...said };
}

function red(text: string, portuguese: string): Found {
  return { green: false, text, pt: portuguese };
}

function percent(share: number): Sentence {
  const rounded = Number((share * 100).toFixed(2));
  return say(`${rounded} %`, `${String(rounded).replace(".", ",")} %`);
}
