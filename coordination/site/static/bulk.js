// Counts the selected rows and selects the whole page at once. Checkboxes and buttons work without this script.
// Among rows of several kinds it offers only actions common to all selected ones; the server enforces this.

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
count(); // the browser restores checkboxes on Back
