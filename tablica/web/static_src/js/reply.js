/* <details class="reply" data-reply="12" data-to="/e/12/comments">: the form to answer an entry is
   made when it is opened, from the one template of the page. */
import htmx from "htmx.org";
import { hasDraft, newKey } from "./drafts.js";
import { begin, onContent } from "./page.js";

function fill(reply) {
  const form = document.getElementById("reply")?.content.firstElementChild.cloneNode(true);
  if (!form || reply.querySelector("form")) return;
  const { reply: id, to } = reply.dataset;
  const errors = `errors-new-${id}`;
  form.action = to;
  form.setAttribute("hx-post", to);
  form.setAttribute("hx-target", `#entry-${id}`);
  form.setAttribute("hx-status:422", `target:#${errors} swap:innerHTML`);
  form.querySelector(".form-errors").id = errors;
  const box = form.querySelector("textarea");
  box.dataset.peopleFrom = `/people/mentions?entry=${id}`;
  box.dataset.recordsFrom += `&entry=${id}`;
  box.dataset.draft = `comment-${id}`;
  newKey(form);
  reply.append(form);
  htmx.process(form);
  begin(form);
}

/* Words left unsent are found where they were written; the page stays where it is. */
const reopened = new WeakSet();

onContent("[data-reply]", (reply) => {
  if (!hasDraft(`comment-${reply.dataset.reply}`)) return;
  reopened.add(reply);
  reply.open = true;
});

document.addEventListener("toggle", (e) => {
  if (!e.target.matches?.(".reply[open]")) return;
  fill(e.target);
  if (!reopened.delete(e.target)) e.target.querySelector("textarea")?.focus();
}, true);
