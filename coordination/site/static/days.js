// A day pasted into a field for days, in the spelling of a letter: 2026年11月3日, 2026/11/3, 20261103, 3 Nov 2026, 11-3.
// The server reads the same spellings where a browser has a plain text field.

const COMPACT = /^(\d{4})(\d\d)(\d\d)$/;
const NUMBERS = /^(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/;
const NAMED = /^(?=.*\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))(?=.*\b\d{4}$)[a-z0-9 ,.]+$/i;

function dayOf(text) {
  const written = text.normalize("NFKC").trim();
  if (NAMED.test(written)) return new Date(`${written} UTC`);
  const [found, year, month, day] = written.match(COMPACT) ?? written.match(NUMBERS) ?? [];
  const date = found ? new Date(Date.UTC(year ?? new Date().getFullYear(), month - 1, day)) : new Date(NaN);
  return date.getUTCDate() === Number(day) ? date : new Date(NaN); // there is no 31 February
}

addEventListener("paste", (event) => {
  if (event.target.type !== "date") return;
  const day = dayOf(event.clipboardData.getData("text"));
  if (Number.isNaN(day.getTime())) return;
  event.preventDefault();
  event.target.valueAsDate = day;
  for (const name of ["input", "change"]) event.target.dispatchEvent(new Event(name, { bubbles: true }));
});
