// Saves drafts of forms on the server, for their author only, and offers to restore them. See coordination/workspace/unsent_forms.py.

const PAUSE = 1000; // ms after the last key
const LONGEST = 20_000; // characters of one field: a longer text was pasted and exists elsewhere
const forms = [...document.querySelectorAll("main form")].filter((one) => one.method === "post" && one.querySelector("[data-draft]"));

const words = (form) => {
  const values = new URLSearchParams();
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "file" || field.type === "password") continue;
    if (["submit", "button"].includes(field.type)) continue;
    if (["checkbox", "radio"].includes(field.type) && !field.checked) continue;
    if (field.value.length > LONGEST) continue;
    if (field.type === "select-multiple") for (const one of field.selectedOptions) values.append(field.name, one.value);
    else values.append(field.name, field.value);
  }
  return values;
};

function keeper(form) {
  const target = new URL(form.getAttribute("action") || location.href, location.href);
  const address = `/drafts/?page=${encodeURIComponent(target.pathname + target.search)}`;
  const token = () => form.elements.csrfmiddlewaretoken?.value ?? "";
  const ask = (method, body) =>
    fetch(address, {
      method,
      body,
      headers: { "X-CSRFToken": token() },
      keepalive: !body || body.toString().length < 60_000, // the browser's limit for requests that outlive their page
      redirect: "manual",
    }).catch(() => null);
  let kept = words(form).toString();
  let timer = 0;

  async function keep() {
    clearTimeout(timer);
    const now = words(form);
    if (now.toString() === kept) return;
    const answer = await ask("POST", now);
    if (answer?.status === 204) kept = now.toString();
    warn(answer?.status !== 204);
  }

  // Overlays the page, so that nothing moves during typing.
  function warn(lost) {
    document.querySelector("[data-draft-lost]")?.remove();
    if (!lost) return;
    const note = document.createElement("div");
    note.className = "cv-fresh";
    note.dataset.draftLost = "";
    note.setAttribute("role", "alert");
    note.textContent = form.querySelector("[data-draft]").dataset.draft;
    document.body.append(note);
  }

  function changed() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  function putBack(fields) {
    for (const field of form.elements) {
      if (!field.name || ["hidden", "file", "password", "submit", "button"].includes(field.type)) continue;
      const values = fields[field.name] ?? [];
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (field.type === "select-multiple") for (const one of field.options) one.selected = values.includes(one.value);
      else if (field.name in fields) {
        field.value = values[0];
        if (field.tagName === "SELECT") field.dispatchEvent(new Event("change")); // shown by choose.js
      }
    }
  }

  function offer({ fields, words: texts }) {
    const note = document.createElement("div");
    note.className = "cv-note";
    note.setAttribute("role", "status");
    const text = document.createElement("p");
    text.textContent = texts.text;
    const buttons = document.createElement("div");
    buttons.className = "cv-actions";
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "cv-btn";
      made.textContent = label;
      made.addEventListener("click", () => {
        act();
        note.remove();
        form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      });
      buttons.append(made);
    };
    button(texts.take, () => putBack(fields));
    button(texts.drop, () => ask("DELETE"));
    const inside = document.createElement("div");
    inside.className = "cv-stack";
    inside.append(text, buttons);
    note.append(inside);
    form.before(note);
  }

  async function start() {
    const answer = await ask("GET");
    if (answer?.status !== 200) return;
    const found = await answer.json();
    const now = new URLSearchParams();
    for (const [name, values] of Object.entries(found.fields)) for (const value of values) now.append(name, value);
    if (now.toString() !== kept) offer(found);
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // Saved before submitting: if the connection fails in between, the draft remains.
  form.addEventListener("submit", async (event) => {
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    if (words(form).toString() === kept) return;
    event.preventDefault();
    await Promise.race([keep(), new Promise((done) => setTimeout(done, 2000))]);
    form.requestSubmit(event.submitter);
  });
  document.addEventListener("visibilitychange", () => document.hidden && !form.dataset.sending && keep());
  // A page restored from the browser's cache may be submitted again.
  window.addEventListener("pageshow", () => delete form.dataset.sending);
  start();
}

for (const form of forms) keeper(form);
