import { csrfToken, on } from "./page.js";

/* form[data-passkey="/where/from"]: before it is sent, the browser makes a passkey (with
   data-makes) or shows one, and its answer goes into the field `answer`. */
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const known = (list) => list?.map((each) => ({ ...each, id: bytes(each.id) }));

function readable(options) {
  const found = { ...options, challenge: bytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) found.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) found.allowCredentials = known(options.allowCredentials);
  return found;
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const part = credential.response[name];
    if (part) response[name] = text(part);
  }
  const { id, type, authenticatorAttachment } = credential;
  return JSON.stringify({ id, rawId: id, type, response, authenticatorAttachment, clientExtensionResults: {} });
}

async function asked(form) {
  const headers = { "X-CSRFToken": csrfToken() };
  const answer = await fetch(form.dataset.passkey, { method: "POST", headers });
  if (!answer.ok) throw new Error(answer.status);
  const publicKey = readable((await answer.json()).publicKey);
  const { credentials } = navigator;
  return "makes" in form.dataset ? credentials.create({ publicKey }) : credentials.get({ publicKey });
}

on("submit", "form[data-passkey]", async (e, form) => {
  e.preventDefault();
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    form.elements.answer.value = written(await asked(form));
    form.submit();
  } catch {
    failed.hidden = false;
    delete form.dataset.sending;
  }
});
