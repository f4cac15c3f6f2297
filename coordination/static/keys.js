// Single keys (listed in the dialog #keys). The focus is the cursor: j and k move it from row to row, so that Enter, the
// screen reader and the eye agree on where it is. Nothing here acts while somebody types, or holds a modifier.

const ROWS = "main .cv-table > tbody > tr, main .cv-hits > li";
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const GO_WITHIN = 1500;

let goingSince = 0;

const rows = () =>
  [...document.querySelectorAll(ROWS)].filter((row) => row.querySelector("a[href]") && row.checkVisibility());
const currentRow = () => document.activeElement?.closest(ROWS) ?? null;

function step(by) {
  const all = rows();
  const at = all.indexOf(currentRow());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  if (!next) return;
  next.querySelector("a[href]").focus({ focusVisible: true });
  next.scrollIntoView({ block: "nearest" });
}

function search() {
  const box = [...document.querySelectorAll("#search-words, #bar-search")].find((one) => one.checkVisibility());
  if (box) {
    box.focus();
    box.select();
  }
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => currentRow()?.querySelector("a[href]").click(),
  x: () => currentRow()?.querySelector("input[type=checkbox]")?.click(),
  "/": search,
  "?": () => document.getElementById("keys").showModal(),
  g: () => {
    goingSince = Date.now();
  },
};

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (target.matches(TYPING)) {
    if (event.key === "Escape" && target.matches("[type=search]")) target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const going = Date.now() - goingSince < GO_WITHIN;
  goingSince = 0;
  const place = going ? document.querySelector(`#keys [data-go="${CSS.escape(event.key)}"]`) : null;
  const act = place ? () => place.click() : Object.hasOwn(ACTS, event.key) ? ACTS[event.key] : null;
  if (act) {
    event.preventDefault();
    act();
  }
});
