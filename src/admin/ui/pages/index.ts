import type { Page } from "../page.ts";
import { audiencesPage } from "./audiences/index.ts";
import { auditPage } from "./audit/index.ts";
import { divergencesPage } from "./divergences/index.ts";
import { exchangePage } from "./exchange/index.ts";
import { flagsPage } from "./flags/index.ts";
import { incidentsPage } from "./incidents/index.ts";
import { killPage } from "./kill/index.ts";
import { overviewPage } from "./overview/index.ts";
import { rolloutsPage } from "./rollouts/index.ts";
import { settingsPage } from "./settings/index.ts";

/** Every page, in the order of the menu. */
export const pages: readonly Page[] = [
  overviewPage,
  divergencesPage,
  exchangePage,
  flagsPage,
  rolloutsPage,
  incidentsPage,
  audiencesPage,
  auditPage,
  settingsPage,
  killPage,
];
