// Fetches the page anew every two seconds and takes its [data-refresh] part over, as long as that is open.
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
    location.reload(); // what stands beside the part changes with its end
    return;
  }
  if (fresh) document.querySelector("[data-refresh]").replaceWith(fresh);
  setTimeout(refresh, PAUSE);
}

setTimeout(refresh, PAUSE);
