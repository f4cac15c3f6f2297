// Keyboard shortcuts. Every key activates a link or button of the page; /keys/ lists them and switches them off.

const ROWS = "main .cv-first > li, main table.cv-table tbody tr:not(.cv-group), main .cv-waiting > li";
const TYPING = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]";
let awaited = ""; // "g" was pressed; its second key follows
let forget = 0;

const rows = () => [...document.querySelectorAll(ROWS)].filter((row) => first(row));
const first = (row) => row.querySelector("a[href]");

function step(by) {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + by));
  if (all[next]) first(all[next]).focus();
}

// The next step of the row, or of the page's object.
function act() {
  const row = document.activeElement.closest("tr, li");
  const inRow = row?.matches(ROWS) ? row.querySelector(".cv-at-once button, a.cv-btn") : null;
  const target = inRow ?? document.querySelector("main .cv-panel-next .cv-verbs .cv-btn-primary, main .cv-panel-next a.cv-btn-primary, main a.cv-btn-primary");
  target?.click();
}

function focusField() {
  const fields = "main form.cv-form :is(input:not([type=hidden]), select, textarea):not([tabindex='-1'])";
  [...document.querySelectorAll(fields)].find((field) => field.checkVisibility())?.focus();
}

async function help() {
  const shown = document.querySelector("dialog.cv-dialog");
  if (shown) return shown.close();
  const answer = await fetch("/keys/").catch(() => null);
  const list = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-keys]") : null;
  if (!list) return location.assign("/keys/");
  const dialog = document.createElement("dialog");
  dialog.className = "cv-dialog";
  dialog.setAttribute("aria-labelledby", "keys-title");
  dialog.append(list);
  const before = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

const press = (selector) => document.querySelector(selector)?.click();

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: act,
  f: focusField,
  u: () => press("main .cv-head-words p a[href]"),
  x: () => document.activeElement.closest("tr, .cv-card")?.querySelector("input[name=row]")?.click(),
  r: () => press("[data-fresh-show]"),
  n: () => press("main :is(.cv-pager, .cv-month-nav) a[rel=next]"),
  p: () => press("main :is(.cv-pager, .cv-month-nav) a[rel=prev]"),
  "/": () => (document.querySelector("[data-commands] > summary") ?? { click: () => document.getElementById("bar-search")?.focus() }).click(),
  "?": help,
};

function go(key) {
  awaited = "";
  const link = [...document.querySelectorAll(".cv-nav a[data-key]")].find((one) => one.dataset.key === key);
  if (link) location.assign(link.href);
  return Boolean(link);
}

// An active input method reports "Process" instead of the key; outside a field the physical key is used.
const keyOf = (event) => (event.key === "Process" && /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.key);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = keyOf(event);
  if (document.querySelector("dialog[open]") && key !== "?") return;
  clearTimeout(forget);
  if (awaited) {
    if (go(key)) event.preventDefault();
    return;
  }
  if (key === "g") {
    awaited = key;
    forget = setTimeout(() => (awaited = ""), 1500);
    event.preventDefault();
  } else if (KEYS[key]) {
    event.preventDefault();
    KEYS[key]();
  }
});

// Closes menus when they lose focus, and on Escape.
const menus = () => [...document.querySelectorAll("details.cv-menu[open]")];

document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// After a refused form, the focus is on its first error.
document.querySelector("main .cv-form [aria-invalid=true], main [role=alert] a[href^='#']")?.focus();
