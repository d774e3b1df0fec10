/**
 * The data plane: takes a delivery in, has it answered, and offers it to the shadow side. In: HTTP. Out: HTTP, and
 * what a `Watch` is told. It never waits for the shadow side and never fails because of it.
 */
export type {
  AnswerReport,
  AskedSide,
  Delivery,
  Errand,
  Judge,
  JudgedItem,
  Judgement,
  Offer,
  Sighting,
  Story,
  Watch,
} from "./delivery.ts";
export { fieldsFor, type ToldSide } from "./fields.ts";
export { createLane, type Lane, type LaneOptions } from "./lane.ts";
export { listenProxy, maxHeadBytes, type Proxy, type ProxyDeps, type ProxyMeters } from "./proxy.ts";
export type { Sampler } from "./trace.ts";
