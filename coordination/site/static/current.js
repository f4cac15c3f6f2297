// Rows of links that are wider than the screen begin at the current link.

const WIDE = ".cv-subnav, .cv-tabs ul, .cv-chips";

for (const link of document.querySelectorAll(":is(.cv-subnav, .cv-tabs, .cv-chips) [aria-current]")) {
  const row = link.closest(WIDE);
  if (row.scrollWidth > row.clientWidth) {
    row.scrollLeft += link.getBoundingClientRect().left - row.getBoundingClientRect().left - 16;
  }
}
