// Reloads the [data-refresh] part of the page every two seconds while it is in progress.
// Without this script the page has a link that does the same.

const PAUSE = 2000;

async function fetched() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-refresh]");
}

async function refresh() {
  const fresh = document.hidden ? null : await fetched();
  if (fresh && !("open" in fresh.dataset)) {
    location.reload(); // other parts of the page change when it ends
    return;
  }
  if (fresh) document.querySelector("[data-refresh]").replaceWith(fresh);
  setTimeout(refresh, PAUSE);
}

setTimeout(refresh, PAUSE);
