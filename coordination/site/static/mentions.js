// Completes a name after @ in the text of a note. Without this script the name is typed whole.
// The form names where names come from (data-mentions) and what a screen reader says of the list (data-found).

const TYPED = /(?:^|[^A-Za-z0-9_.@-])@([\p{L}\p{N}_.·-]{0,30})$/u;
const PAUSE = 150; // ms after the last key

function complete(form, area) {
  const list = document.createElement("ul");
  list.className = "cv-suggest";
  list.id = `${area.id}-names`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.found);
  list.hidden = true;
  area.after(list);
  area.parentElement.classList.add("cv-suggesting");
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  list.after(status);
  let timer = 0;
  let asked = 0;

  const typed = () => TYPED.exec(area.value.slice(0, area.selectionStart))?.[1];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function close() {
    clearTimeout(timer);
    asked += 1; // an answer on its way is out of date
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
    area.removeAttribute("aria-activedescendant");
  }

  function select(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    area.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    const end = area.selectionStart;
    area.setRangeText(`${option.dataset.mention} `, end - typed().length, end, "end");
    close();
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function show(people) {
    list.replaceChildren(
      ...people.map((one, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.mention = one.mention;
        const detail = document.createElement("span");
        detail.className = "cv-muted";
        detail.textContent = one.detail;
        option.append(`${one.name} `, detail);
        // Before the text loses the focus.
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(option);
        });
        return option;
      }),
    );
    list.hidden = people.length === 0;
    status.textContent = people.length ? `${form.dataset.found} (${people.length})` : "";
    if (people.length) select(list.firstElementChild);
  }

  async function ask() {
    const text = typed();
    if (text === undefined) return close();
    const number = (asked += 1);
    const answer = await fetch(`${form.dataset.mentions}${text ? `?q=${encodeURIComponent(text)}` : ""}`, {
      headers: { Accept: "application/json" },
    }).catch(() => null);
    const people = answer?.ok ? (await answer.json()).people : [];
    if (number === asked) show(people);
  }

  area.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (typed() === undefined) close();
    else if (!event.isComposing) timer = setTimeout(ask, PAUSE);
  });
  area.addEventListener("compositionend", () => (timer = setTimeout(ask, PAUSE)));
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const options = [...list.children];
    const here = options.indexOf(chosen());
    if (event.key === "ArrowDown") select(options[(here + 1) % options.length]);
    else if (event.key === "ArrowUp") select(options.at(here - 1));
    else if (event.key === "Enter" || event.key === "Tab") take(options[here]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

for (const form of document.querySelectorAll("form[data-mentions]")) {
  const area = form.querySelector("textarea[name=text]");
  if (area) complete(form, area);
}
