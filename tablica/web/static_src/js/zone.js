import { onContent } from "./page.js";

/* <select data-guess-zone>: begins with the time zone of this computer. */
onContent("select[data-guess-zone]", (list) => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (list.value === "UTC" && [...list.options].some((option) => option.value === here)) list.value = here;
});
