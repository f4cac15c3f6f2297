// The folded list of commands as a dialog. Its field filters the list (`choose.js`); arrows move through what is left,
// Enter opens the first or the chosen one. Without this script the list is unfolded in the page.

const folded = document.querySelector("details[data-commands]");
const dialog = document.createElement("dialog");
const body = folded.querySelector("[data-commands-body]");
const field = body.querySelector("input[type=search]");
const opener = folded.querySelector("summary");
const shown = () => [...body.querySelectorAll("li:not([hidden]) > a")];

dialog.className = "cv-dialog cv-command-box";
dialog.setAttribute("aria-label", opener.textContent.trim());
dialog.append(body);
folded.after(dialog);

opener.addEventListener("click", (event) => {
  event.preventDefault();
  dialog.showModal();
  field.select();
});

dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
dialog.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const links = shown();
  const here = links.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = here + (event.key === "ArrowDown" ? 1 : -1);
    (links[Math.min(next, links.length - 1)] ?? field).focus();
  } else if (event.key === "Enter" && event.target === field) {
    event.preventDefault();
    links[0]?.click();
  } else if (event.key.length === 1 && here >= 0 && !event.ctrlKey && !event.metaKey) {
    field.focus(); // what is typed goes on in the field
  }
});
