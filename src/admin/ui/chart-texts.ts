import { catalogue } from "./locale.ts";

export const chartTexts = catalogue({
  numbers: ["Numbers", "Números"],
  time: ["Time", "Hora"],
  from: ["From", "De"],
});
