/* Runs before the first paint, so that a dark room never sees a white flash. */
(() => {
  try {
    const root = document.documentElement;
    const theme = localStorage.getItem("theme");
    if (theme) root.dataset.theme = theme;
    if (localStorage.getItem("side") === "folded") root.dataset.side = "folded";
  } catch { /* Storage is refused: the server's choice stands. */ }
})();
