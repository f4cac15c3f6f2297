// Counts the rows that are selected and selects all of the page at once. Without this script the boxes and buttons do.
// Where rows of several nouns lie it offers only what all that are selected have; the server says the same.

const boxes = () => [...document.querySelectorAll("input[name=row][form=bulk]")];
const all = document.querySelector("[data-pick-all]");

function count() {
  const picked = boxes().filter((box) => box.checked);
  for (const shown of document.querySelectorAll("[data-picked]")) shown.textContent = picked.length ? `(${picked.length})` : "";
  fit(new Set(picked.map((box) => box.value.split(":")[0])));
  if (!all) return;
  all.checked = picked.length > 0 && picked.length === boxes().length;
  all.indeterminate = picked.length > 0 && !all.checked;
}

function fit(nouns) {
  const acts = document.getElementById("bulk-action");
  for (const act of acts?.querySelectorAll("option[data-of]") ?? []) {
    const having = act.dataset.of.split(" ");
    act.disabled = [...nouns].some((noun) => !having.includes(noun));
  }
  if (acts?.selectedOptions[0]?.disabled) acts.value = [...acts.options].find((act) => !act.disabled)?.value ?? "";
}

if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    count();
  });
}
document.addEventListener("change", count);
count(); // Back brings the boxes as they were
