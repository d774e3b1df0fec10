import { afterAll, beforeAll, describe, vi } from "vitest";
import { divergencesPages } from "./divergences.ts";
import { everyPage } from "./every-page.ts";
import { exchangePages } from "./exchange.ts";
import { flagPages } from "./flags.ts";
import { injections } from "./injection.ts";
import { overviewPage } from "./overview.ts";
import { rolloutPages } from "./rollouts.ts";
import { settingsPage } from "./settings.ts";
import { startWorld, type World } from "./world.ts";

// One browser and one running Sombra for all of it: each page has its own file, and is named here.

let world: World | null = null;

beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** Tests ask for it once it is there. */
const running = (): World => {
  if (world === null) throw new Error("There is no world yet");
  return world;
};

// What is looked at in several languages, colours and widths takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe("every page", () => everyPage(running));
describe("injections", () => injections(running));
describe("divergences", () => divergencesPages(running));
describe("an exchange", () => exchangePages(running));
describe("the overview", () => overviewPage(running));
describe("the settings", () => settingsPage(running));
describe("flags, audiences and the audit", () => flagPages(running));
// Last: who reads the demo finds the flags as they were, and not the rollout that moved them.
describe("rollouts and incidents", () => rolloutPages(running));
