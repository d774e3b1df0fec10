import type { Book } from "../../../account/index.ts";
import type { SombraEvent } from "../../../telemetry/index.ts";
import type { ControlData, ToData } from "../threads/messages.ts";
import type { Remembered } from "../control/remembered.ts";
import { problemLine } from "../problem-line.ts";
import { declaredOn } from "./declared.ts";
import type { Rollouts, RolloutsOptions } from "./options.ts";
import { startRollouts } from "./rollouts.ts";
import { tripsIn, tripsText } from "./trip.ts";

export interface OnControl extends Pick<
  RolloutsOptions,
  "known" | "registry" | "archive" | "dataVersion" | "telemetry" | "event"
> {
  readonly data: ControlData;
  readonly book: Pick<Book, "count" | "series" | "events">;
  readonly remembered: Remembered;
  readonly tell: (message: ToData) => void;
  readonly log: (event: SombraEvent) => void;
}

/** Rollouts with what the control thread has: book, disk, log, and the line to the data plane. */
export function rolloutsOn({ data, book, remembered, tell, log, ...rest }: OnControl): Rollouts {
  const sinceMs = Date.now();
  return startRollouts({
    ...rest,
    declared: () => declaredOn(book, { sinceMs, nowMs: Date.now() }),
    config: data.config,
    instance: data.instance,
    env: data.env,
    sensitivity: () => byRoute(book, "sombra_comparison_sensitivity"),
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
    notified: (labels) => book.count("sombra_notifications_total", labels),
    fault: (operation, error) => log(problemLine(operation, error)),
  });
}

function byRoute(book: Pick<Book, "series">, name: string): ReadonlyMap<string, number> {
  const { gauges } = book.series();
  return new Map(gauges.flatMap((gauge) => (gauge.name === name ? [[gauge.labels["route"] ?? "", gauge.value]] : [])));
}
