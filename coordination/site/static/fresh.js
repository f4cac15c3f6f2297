// Polls for new rows and shows their number; rows move only when the reader asks for it.

const PAUSE = 45_000;
const drawn = document.querySelector("[data-fresh]")?.dataset.fresh ?? "";
const query = new URLSearchParams({ page: location.pathname + location.search, since: drawn });
let tag = "";
let last = Date.now();
let timer = 0;
let over = false;

function bar(words, label, act) {
  let shown = document.querySelector("[data-fresh-bar]");
  if (!shown) {
    shown = document.createElement("div");
    shown.className = "cv-fresh";
    shown.dataset.freshBar = "";
    shown.setAttribute("role", "status");
    const text = document.createElement("span");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cv-btn";
    button.dataset.freshShow = "";
    shown.append(text, button);
    document.body.append(shown);
  }
  shown.querySelector("span").textContent = words;
  shown.querySelector("button").textContent = label;
  shown.querySelector("button").onclick = act;
}

function count(counts) {
  for (const link of document.querySelectorAll(".cv-nav [data-name]")) {
    const number = counts[link.dataset.name] ?? "";
    let shown = link.querySelector(".cv-count");
    if (!number) shown?.remove();
    else if (shown) shown.textContent = number;
    else {
      shown = document.createElement("span");
      shown.className = "cv-count";
      shown.textContent = number;
      link.append(" ", shown);
    }
  }
}

let gone = "";

async function ask() {
  clearTimeout(timer);
  if (document.hidden || over) return;
  last = Date.now();
  const headers = tag ? { "If-None-Match": tag } : {};
  const answer = await fetch(`/fresh/?${query}`, { headers, cache: "no-store", redirect: "manual" }).catch(() => null);
  if (answer?.status === 200) {
    tag = answer.headers.get("ETag") ?? "";
    const news = await answer.json();
    gone = news.gone;
    count(news.counts);
    if (news.new) bar(news.words, news.show, () => location.reload());
  } else if (answer?.type === "opaqueredirect" && gone) {
    over = true;
    bar(gone, "→", () => location.reload());
  }
  timer = setTimeout(ask, PAUSE);
}

// No polling in a background tab; on return it polls at once if due.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - last > PAUSE / 3) ask();
});
timer = setTimeout(ask, PAUSE);
document.addEventListener("fresh:ask", ask);
