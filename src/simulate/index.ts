/**
 * What a plan would do: a small world in which it runs on simulated time, through the real controller and its gates, with shoppers who
 * come at random and two sides that behave as told. In go a plan, traffic, a candidate and a seed, out comes what happened in so many
 * runs. There is no second judge here, and nothing of it ever reaches a real store.
 */
export { createWorld, type Knobs, type World, type WorldOptions } from "./world.ts";
export { healthy, type Behaviour } from "./behaviour.ts";
export type { Fault, Scenario, SimulatedTraffic } from "./scenario.ts";
export type { Written } from "./written.ts";
export { usualText, writtenScenario, type ScenarioText } from "./written-scenario.ts";
export { PlanRefused } from "./person.ts";
export { simulateMany, type ManyOptions } from "./many.ts";
export type { Counted, SimulatedFault, SimulatedPhase, Simulation, Spread } from "./summary.ts";
