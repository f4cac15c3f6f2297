// Counts the rows that are selected and selects all of the page at once. Without this script the boxes and buttons do.

const boxes = () => [...document.querySelectorAll("input[name=row][form=bulk]")];
const all = document.querySelector("[data-pick-all]");

function count() {
  const picked = boxes().filter((box) => box.checked).length;
  for (const shown of document.querySelectorAll("[data-picked]")) shown.textContent = picked ? `(${picked})` : "";
  if (!all) return;
  all.checked = picked > 0 && picked === boxes().length;
  all.indeterminate = picked > 0 && !all.checked;
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
