import { onContent } from "./page.js";

/* A row that is wider than the screen begins where one is: its current page stands in the middle. */
onContent(".settings > .nav [aria-current]", (here) => {
  const row = here.parentElement;
  if (row.scrollWidth > row.clientWidth) here.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
});
