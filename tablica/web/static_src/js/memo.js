/* <button data-memo>: speaks into the form. What is recorded becomes a file like any other. */
import { addFiles, timely } from "./files.js";
import { on, say, word } from "./page.js";

const TYPES = [["audio/webm;codecs=opus", "weba"], ["audio/mp4", "m4a"], ["audio/ogg;codecs=opus", "ogg"]];
let running = null;

/* In the reader's digits. */
const digits = (number, least) => Math.floor(number)
  .toLocaleString(document.documentElement.lang, { minimumIntegerDigits: least, useGrouping: false });
const clock = (seconds) => `${digits(seconds / 60, 1)}:${digits(seconds % 60, 2)}`;

function button(className, label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className, textContent: label });
  made.addEventListener("click", act);
  return made;
}

function refuse(form, sentence) {
  const line = Object.assign(document.createElement("p"), { className: "error", textContent: sentence });
  form.querySelector(".form-errors").replaceChildren(line);
}

async function begin(form) {
  const [type, ending] = TYPES.find(([one]) => globalThis.MediaRecorder?.isTypeSupported(one)) ?? [];
  if (!type || !navigator.mediaDevices) { refuse(form, word("memoUnable")); return; }
  let sound;
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    refuse(form, word(error.name === "NotAllowedError" ? "memoRefused" : "memoNone"));
    return;
  }
  if (running) { sound.getTracks().forEach((track) => track.stop()); return; }
  record(form, sound, type, ending);
}

function record(form, sound, type, ending) {
  const recorder = new MediaRecorder(sound, { mimeType: type });
  const pieces = [];
  const began = performance.now();
  const time = Object.assign(document.createElement("time"), { textContent: clock(0) });
  const level = Object.assign(document.createElement("meter"), { max: 1, value: 0 });
  level.setAttribute("aria-label", word("memoLevel"));
  const panel = Object.assign(document.createElement("div"), { className: "memo" });
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", word("memoName"));
  const stop = button("btn", word("memoStop"), () => recorder.stop());
  panel.append(time, level, stop, button("btn quiet", word("memoDiscard"), () => { pieces.length = 0; running.isDiscarded = true; recorder.stop(); }));
  form.querySelector(".chosen").before(panel);
  form.classList.add("open");
  running = { recorder, isDiscarded: false };
  const hear = listen(sound);
  const ticking = setInterval(() => {
    time.textContent = clock((performance.now() - began) / 1000);
    level.value = hear.level();
  }, 120);
  recorder.addEventListener("dataavailable", (e) => { if (e.data.size) pieces.push(e.data); });
  recorder.addEventListener("stop", () => {
    clearInterval(ticking);
    hear.close();
    sound.getTracks().forEach((track) => track.stop());
    panel.remove();
    const isWanted = !running.isDiscarded && pieces.length;
    running = null;
    if (isWanted) {
      const plain = type.split(";")[0];
      addFiles(form, [timely(new File(pieces, `memo.${ending}`, { type: plain }), word("memoName"))]);
    }
    form.querySelector("[data-memo]")?.focus();
  });
  recorder.start(1000);
  stop.focus();
  say(word("memoRuns"));
}

/* How loud it is, from 0 to 1. */
function listen(sound) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(sound).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(wave);
      const loud = Math.sqrt(wave.reduce((sum, one) => sum + one * one, 0) / wave.length);
      return Math.min(1, loud * 4);
    },
    close: () => context.close(),
  };
}

on("click", "[data-memo]", (_, one) => {
  if (running) running.recorder.stop();
  else begin(one.closest("form"));
});

/* Leaving while one speaks keeps what was said so far. */
addEventListener("pagehide", () => { if (running) running.recorder.stop(); });
