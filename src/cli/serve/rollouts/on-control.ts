import type { Book } from "../../../account/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { ControlData, ToData } from "../messages.ts";
import type { Remembered } from "../remembered.ts";
import { problemLine } from "../problem-line.ts";
import type { Rollouts, RolloutsOptions } from "./options.ts";
import { startRollouts } from "./rollouts.ts";
import { tripsIn, tripsText } from "./trip.ts";

export interface OnControl extends Pick<
  RolloutsOptions,
  "known" | "registry" | "archive" | "dataVersion" | "telemetry" | "event"
> {
  readonly data: ControlData;
  readonly book: Pick<Book, "count" | "series">;
  readonly remembered: Remembered;
  readonly tell: (message: ToData) => void;
  readonly log: (event: SombraEvent) => void;
}

/** Rollouts with what the control thread has: book, disk, log, and the line to the data plane. */
export function rolloutsOn({ data, book, remembered, tell, log, ...rest }: OnControl): Rollouts {
  return startRollouts({
    ...rest,
    config: data.config,
    instance: data.instance,
    env: data.env,
    sensitivity: () => leastOf(book, "sombra_comparison_sensitivity"),
    tripped: tripsIn(data.facts["local-trips"]),
    hold(trips, version) {
      tell({ kind: "trips", trips, version });
      rest.known.learnHeld(trips.map(({ flag }) => flag));
      remembered.set("local-trips", tripsText(trips));
    },
    count: (event, verdict) =>
      event === "checkpoint"
        ? book.count("sombra_checkpoints_total", { verdict })
        : book.count("sombra_rollbacks_total", {}),
    fault: (operation, error) => log(problemLine(operation, error)),
  });
}

/** null: nobody said anything of it. */
function leastOf(book: Pick<Book, "series">, name: string): number | null {
  const values = book.series().gauges.flatMap((gauge) => (gauge.name === name ? [gauge.value] : []));
  return values.length === 0 ? null : Math.min(...values);
}
