"use strict";
// Without this script all is readable; it filters the causes, copies texts, and opens all for a printer.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const causes = all("details.cause");

function filter() {
  const form = one("#filter");
  const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = new Set(all("input:checked", form).map((box) => box.value));
  let shown = 0;
  for (const cause of causes) {
    cause.text ??= cause.textContent.toLowerCase();
    const fits = words.every((word) => cause.text.includes(word));
    cause.hidden = !(fits && chosen.has(cause.dataset.severity) && (!chosen.has("new") || "new" in cause.dataset));
    shown += !cause.hidden;
  }
  one("#count").textContent = `${shown} of ${causes.length}`;
}

async function copy(button) {
  const box = one("pre", button.closest(".copied"));
  try {
    await navigator.clipboard.writeText(box.textContent);
  } catch {
    getSelection().selectAllChildren(box);
    document.execCommand("copy");
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

function open() {
  const cause = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (cause) cause.open = true;
}

if (one("#filter")) {
  one("#filter").hidden = false;
  one("#filter").addEventListener("input", filter);
  one("#filter").addEventListener("submit", (event) => event.preventDefault());
  filter();
}
for (const button of all("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
addEventListener("hashchange", open);
open();
let closed = [];
addEventListener("beforeprint", () => {
  closed = all("details:not([open])");
  for (const part of closed) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of closed) part.open = false;
});
