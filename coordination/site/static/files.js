// Dropping files on a form, and sending several, one by one. Without this script the form takes one file.
// Texts come from data attributes of the drop area: data-sent, data-refused, data-failed.

const area = document.querySelector("[data-drop]");
const form = area?.closest("form");
const input = form?.querySelector('input[type="file"]');

// Every file is a submission of its own, with its own id against repeated submission.
const newSheet = () => crypto.randomUUID().replaceAll("-", "");

function report(list, name, text, wrong) {
  const line = document.createElement("li");
  line.textContent = `${name}: ${text}`;
  if (wrong) line.className = "fw-bold";
  list.append(line);
}

async function send(file) {
  const body = new FormData(form);
  body.set("file", file, file.name);
  body.set("title", "");
  body.set("sheet", newSheet());
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (answer === null) return area.dataset.failed;
  if (answer.ok) return "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const errors = [...page.querySelectorAll("main [role=alert] li")].map((one) => one.textContent.trim());
  return errors.join(" ") || area.dataset.failed;
}

let busy = false; // a second click sends nothing twice

async function sendAll(files) {
  if (busy) return;
  busy = true;
  const list = area.querySelector("ul");
  let wrong = 0;
  for (const file of files) {
    const refusal = await send(file);
    if (refusal) wrong += 1;
    report(list, file.name, refusal || area.dataset.sent, Boolean(refusal));
  }
  busy = false;
  if (!wrong) location.assign(area.dataset.back);
}

if (input) {
  input.multiple = true;
  for (const kind of ["dragover", "dragleave", "drop"]) {
    area.addEventListener(kind, (event) => {
      event.preventDefault();
      area.classList.toggle("cv-drop-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    });
  }
  form.addEventListener("submit", (event) => {
    if (input.files.length < 2) return;
    event.preventDefault();
    if (form.reportValidity()) sendAll([...input.files]);
  });
}
