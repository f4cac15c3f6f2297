// Choosing by typing, for a select or a text field with a list: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
// Without this script they stay as they are. An option is found by its label, its code and the words in data-find.
// Texts come from data attributes: data-choose="%n results", data-none.

const MOST = 50; // options that are shown at once
const NEAREST = 3; // named where nothing fits
const RECENT = 5; // of this sitting, so that nothing of one person is left for the next one

const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/\s+/g, " ").trim();

function listed(options) {
  return [...options]
    .filter((one) => one.value !== "" && !one.disabled)
    .map((one) => {
      const label = (one.label || one.textContent || one.value).trim();
      const code = one.dataset.code ?? (/^[0-9a-f]{8}-/.test(one.value) ? "" : one.value);
      return { value: one.value, label, code, words: plain(`${label} ${code} ${one.dataset.find ?? ""}`) };
    });
}

// Where each typed word is found: at the beginning of the label before the beginning of a word, and that before the rest.
function rank(one, terms) {
  let worst = 0;
  for (const term of terms) {
    const at = one.words.indexOf(term);
    if (at < 0) return -1;
    worst = Math.max(worst, at === 0 ? 0 : one.words.includes(` ${term}`) ? 1 : 2);
  }
  return worst;
}

const recentOf = (key) => JSON.parse(sessionStorage.getItem(`chosen:${key}`) ?? "[]");

function remember(key, value) {
  const kept = [value, ...recentOf(key).filter((one) => one !== value)].slice(0, RECENT);
  sessionStorage.setItem(`chosen:${key}`, JSON.stringify(kept));
}

function found(options, typed, key) {
  const terms = plain(typed).split(" ").filter(Boolean);
  if (!terms.length) {
    const recent = recentOf(key);
    const first = recent.map((value) => options.find((one) => one.value === value)).filter(Boolean);
    return [...first, ...options.filter((one) => !first.includes(one))];
  }
  return options
    .map((one) => [rank(one, terms), one])
    .filter(([place]) => place >= 0)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
}

// The option of which the whole name, the code or, if no other is found, a whole spelling was typed.
function exactly(options, typed) {
  const wanted = plain(typed);
  if (!wanted) return undefined;
  const named = options.find((one) => [one.label, one.value, one.code].some((name) => plain(name) === wanted));
  const [hit, ...others] = found(options, typed, "");
  return named ?? (hit && !others.length && hit.words.split(" ").includes(wanted) ? hit : undefined);
}

// The words of its label, which may contain the select itself.
function nameOf(input) {
  const label = input.labels?.[0]?.cloneNode(true);
  label?.querySelectorAll("select").forEach((select) => select.remove());
  return label?.textContent.trim() ?? "";
}

// `chosen(option)` stores the choice; `typed()` is what has been typed of the present one.
function combobox(input, options, { key, texts, typed, chosen }) {
  const list = document.createElement("ul");
  const status = document.createElement("span");
  list.id = `${input.id}-list`;
  list.className = "cv-choices";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", nameOf(input));
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  const box = document.createElement("span");
  box.className = "cv-choose";
  input.before(box);
  box.append(input, list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off",
  })) input.setAttribute(name, value);

  let active = -1;
  let entered = false; // after typing, Enter takes the first hit at once, and the first arrow down stays on it

  function close() {
    list.hidden = true;
    active = -1;
    entered = false;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    active = place;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === place)));
    const item = list.children[place];
    if (!item?.dataset.value) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  function take(value) {
    const option = options.find((one) => one.value === value);
    if (!option) return;
    remember(key, value);
    close();
    chosen(option);
  }

  function open(text) {
    const fitting = found(options, text, key);
    list.replaceChildren(
      ...fitting.slice(0, MOST).map((one, index) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${index}`;
        item.dataset.value = one.value;
        item.textContent = one.label;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        return item;
      }),
    );
    status.textContent = fitting.length ? texts.found.replace("%n", fitting.length) : texts.none;
    list.hidden = !fitting.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(text && fitting.length ? 0 : -1);
    entered = active < 0;
  }

  input.addEventListener("input", () => open(typed()));
  input.addEventListener("click", () => list.hidden && open(""));
  input.addEventListener("blur", () => setTimeout(close, 0));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    take(event.target.closest("li")?.dataset.value);
  });
  list.addEventListener("click", (event) => event.preventDefault()); // a label around it would open the list again
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open("");
      if (event.altKey) return;
      const last = list.children.length - 1;
      const down = entered ? active + 1 : 0;
      mark(event.key === "ArrowDown" ? (down > last ? 0 : down) : active <= 0 ? last : active - 1);
      entered = true;
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      take(list.children[active].dataset.value);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  return { close };
}

const textsOf = (element) => ({ found: element.dataset.choose, none: element.dataset.none });

// The select stays in the form with its value; a text field in front of it takes its label.
function fromSelect(select) {
  const options = listed(select.options);
  const input = document.createElement("input");
  input.type = "text";
  input.id = select.id;
  input.className = "cv-input";
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  input.required = select.required;
  const none = [...select.options].find((one) => one.value === "")?.label ?? "";
  input.placeholder = /^-*$/.test(none) ? "" : none;
  select.required = false;
  select.id = `${input.id}-select`;
  select.tabIndex = -1;
  select.setAttribute("aria-hidden", "true");
  select.classList.add("visually-hidden");
  select.before(input);
  const labelOf = (value) => options.find((one) => one.value === value)?.label ?? "";
  const show = () => {
    input.value = labelOf(select.value);
    input.setCustomValidity("");
  };
  const set = (value) => {
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const part = combobox(input, options, {
    key: select.name,
    texts: textsOf(select),
    typed: () => input.value,
    chosen: (option) => set(option.value),
  });
  input.addEventListener("input", () => {
    const exact = exactly(options, input.value);
    select.value = exact?.value ?? "";
    const nearest = found(options, input.value, select.name).slice(0, NEAREST).map((one) => one.label);
    input.setCustomValidity(input.value.trim() && !exact ? [select.dataset.none, ...nearest].join(" · ") : "");
  });
  input.addEventListener("change", () => select.value && set(select.value));
  select.addEventListener("change", () => {
    show();
    part.close();
  });
  addEventListener("pageshow", show);
  show();
}

// A text field with a list: with data-several the stops of a route, one after the other.
function fromText(input) {
  const source = document.getElementById(input.getAttribute("list"));
  if (!source) return;
  input.removeAttribute("list");
  const several = "several" in input.dataset;
  const cut = () => {
    const at = several ? Math.max(...[..."→>,，、;；"].map((mark) => input.value.lastIndexOf(mark))) + 1 : 0;
    return [input.value.slice(0, at), input.value.slice(at).trim()];
  };
  const options = listed(source.options);
  input.addEventListener("change", () => {
    const coded = several ? undefined : options.find((one) => one.code && plain(one.code) === plain(input.value));
    if (coded) input.value = coded.value;
  });
  combobox(input, options, {
    key: source.id,
    texts: textsOf(input),
    typed: () => cut()[1],
    chosen: (option) => {
      const before = cut()[0].trim();
      const stop = /[,，、;；]/.test(option.value) ? option.code : option.value; // these end a stop
      input.value = several ? `${before}${before ? " " : ""}${stop} → ` : option.value;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
}

// Many boxes to tick, rows of a table, or links of a filter: typing hides the others. Chosen ones stay. Of links, the
// first (data-shown) are there before anything is typed.
function fromList(input) {
  const list = document.getElementById(input.dataset.filters);
  const boxes = [...list.querySelectorAll("input[type=checkbox]")].map((box) => [box.closest("label").parentElement, box]);
  const rows = [...list.querySelectorAll("tbody tr")].map((row) => [row, null]);
  const links = [...list.querySelectorAll("li > a")].map((link) => [link.parentElement, link]);
  const options = [...boxes, ...rows, ...links].map(([row, part]) => ({
    row, part, words: plain(`${row.textContent} ${part?.value ?? ""} ${part?.dataset.find ?? ""}`),
  }));
  const most = Number(input.dataset.shown ?? Infinity);
  const show = () => {
    const terms = plain(input.value).split(" ").filter(Boolean);
    options.forEach((one, place) => {
      const chosen = one.part?.checked || one.part?.ariaCurrent;
      one.row.hidden = !chosen && (terms.length ? rank(one, terms) < 0 : place >= most);
    });
  };
  input.closest("[hidden]").hidden = false;
  input.addEventListener("input", show);
  show();
}

function enhance(root) {
  for (const select of root.querySelectorAll("select[data-choose]:not([aria-hidden])")) fromSelect(select);
  for (const input of root.querySelectorAll("input[list][data-choose]")) fromText(input);
  for (const input of root.querySelectorAll("input[data-filters]")) fromList(input);
}

enhance(document);
// A row that “Add another” brings.
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) if (node instanceof HTMLFieldSetElement) enhance(node);
}).observe(document.querySelector("main") ?? document.body, { childList: true, subtree: true });
