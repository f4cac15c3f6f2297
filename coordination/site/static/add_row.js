// “Add another” without a reload. Without this script the same button asks the server for one more row.

function addRow(section) {
  const total = section.querySelector('input[name$="-TOTAL_FORMS"]');
  const index = Number(total.value);
  const template = section.querySelector("template");
  const row = template.content.cloneNode(true);
  for (const element of row.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      attribute.value = attribute.value.replaceAll("__prefix__", String(index));
    }
  }
  const legend = row.querySelector("legend");
  legend.textContent = legend.textContent.replace("__number__", String(index + 1));
  const first = row.querySelector("input, select");
  template.before(row);
  total.value = String(index + 1);
  first.focus();
}

for (const section of document.querySelectorAll("[data-rows]")) {
  const button = section.querySelector('button[name="add"]');
  button?.addEventListener("click", (event) => {
    event.preventDefault();
    addRow(section);
    const rows = section.querySelectorAll(":scope > [data-row]").length;
    button.hidden = rows >= Number(section.dataset.most);
  });
}
