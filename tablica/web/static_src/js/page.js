/** What the behaviours share: finding new elements, and speaking to the server. */

const behaviours = [];

/** Calls `start(element)` once for each element that matches, now and after every swap. */
export function onContent(selector, start) {
  behaviours.push({ selector, start, known: new WeakSet() });
}

/** Starts the behaviours below `root`. */
export function begin(root = document) {
  for (const { selector, start, known } of behaviours) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      if (known.has(element)) continue;
      known.add(element);
      start(element);
    }
  }
}

/** Listens on the document; `handle(event, element)` gets the nearest match of `selector`. */
export function on(event, selector, handle, options) {
  document.addEventListener(event, (e) => {
    const element = e.target instanceof Element ? e.target.closest(selector) : null;
    if (element) handle(e, element);
  }, options);
}

/** The token that proves a request was made by our own page. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** True where a key press belongs to the text being written. */
export function isTyping(target) {
  return target instanceof Element
    && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** The words a script needs on screen; the page carries them, in the reader's language. */
export function word(name) {
  const holder = [...document.querySelectorAll("[data-words]")].find((one) => name in one.dataset);
  return (holder ?? document.getElementById("words"))?.dataset[name] ?? name;
}

/** Tells people who cannot see the change what has happened. */
export function say(text) {
  const voice = document.getElementById("voice");
  if (voice) voice.textContent = text;
}

const units = ["B", "kB", "MB", "GB"];

/** How big a file is, in the reader's language: 48 kB. */
export function fileSize(bytes) {
  const step = Math.min(Math.floor(Math.log10(bytes || 1) / 3), units.length - 1);
  const number = (bytes / 1000 ** step).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  return `${number} ${units[step]}`;
}
