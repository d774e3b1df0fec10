// What every page of the dashboard runs. Pages say the same without it; it keeps them live, and asks where they stand.
import { stayBelowTheBar } from "./bar.js";
import { copyTexts } from "./copy.js";
import { askInDialogs } from "./ask.js";
import { openDialogs } from "./dialogs.js";
import { readFiles } from "./files.js";
import { keepLive } from "./live.js";
import { localiseTimes } from "./times.js";

localiseTimes(document);
document.addEventListener("htmx:after:swap", () => localiseTimes(document));
openDialogs();
copyTexts();
readFiles();
askInDialogs();
keepLive();
stayBelowTheBar();
