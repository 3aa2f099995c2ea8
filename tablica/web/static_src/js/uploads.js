/* Sends one file by the tus protocol: pieces, each of which is kept by the server for good. */
import { csrfToken, word } from "./page.js";

const PIECE = 2 * 2 ** 20; // bytes
const WAITS = [0, 1000, 2000, 4000, 8000, 15_000, 30_000];
const LATER = new Set([0, 409, 423, 429]);
let loaded = null;

async function protocol() {
  loaded ??= import(document.querySelector("[data-tus]").dataset.tus).catch((error) => {
    loaded = null;
    throw error;
  });
  await loaded;
  return globalThis.tablicaTus;
}

const status = (error) => error.originalResponse?.getStatus() ?? 0;

/** Begins to send `file`, or goes on with upload `number`; `stop()` leaves off. */
export async function newUpload(file, { name, number }, { numbered, progress, done, failed }) {
  const Upload = await protocol();
  let id = null;
  const upload = new Upload(file, {
    endpoint: "/uploads",
    uploadUrl: number ? `/uploads/${number}` : null,
    metadata: { filename: name },
    chunkSize: PIECE,
    retryDelays: WAITS,
    storeFingerprintForResuming: false,
    onBeforeRequest(request) {
      request.setHeader("X-CSRFToken", csrfToken());
      request.setHeader("HX-Request", "true");
    },
    onAfterResponse(_request, response) { id = response.getHeader("Tablica-File") ?? id; },
    onUploadUrlAvailable() { numbered(upload.url.split("/").pop()); },
    onProgress: progress,
    onShouldRetry(error) {
      const code = status(error);
      return LATER.has(code) || (code >= 500 && code !== 507);
    },
    onSuccess() { if (id) done(Number(id)); else failed(word("fileFailed")); },
    onError(error) {
      const code = status(error);
      const sentence = code >= 400 && error.originalResponse.getHeader("Content-Type")?.startsWith("text/plain")
        ? error.originalResponse.getBody() : "";
      failed(sentence || word(code === 401 || code === 403 ? "fileSignIn" : "fileFailed"));
    },
  });
  upload.start();
  return { stop: () => upload.abort() };
}
