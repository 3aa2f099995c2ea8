import { onContent } from "./page.js";

/* <time datetime="…" data-relative title="the exact time">: says how long ago. */
const language = document.documentElement.lang || "en";
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
const steps = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [604800, "day", 86400]];
const shown = new Set();

function write(time) {
  const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
  const step = steps.find(([below]) => Math.abs(seconds) < below);
  /* Older than a week: the date that the server wrote says more. */
  if (!step) return;
  const [, unit, length] = step;
  time.textContent = relative.format(unit === "second" ? 0 : Math.round(seconds / length), unit);
}

onContent("time[data-relative]", (time) => { shown.add(time); write(time); });

setInterval(() => {
  for (const time of shown) {
    if (time.isConnected) write(time); else shown.delete(time);
  }
}, 60_000);
