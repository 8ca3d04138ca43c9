// What pages need beyond links, forms and htmx. Everything here also exists as a plain control.

const one = (selector, root = document) => root.querySelector(selector);

// A phone's menu.
document.addEventListener("click", (event) => {
  const menu = event.target.closest?.("[data-menu]");
  if (menu) {
    const open = one(".side nav").classList.toggle("open");
    menu.setAttribute("aria-expanded", String(open));
  }
  // <button data-opens="id"> opens a dialog, <button data-closes> closes the one it stands in.
  const opens = event.target.closest?.("[data-opens]");
  if (opens) document.getElementById(opens.dataset.opens)?.showModal();
  if (event.target.closest?.("[data-closes]")) event.target.closest("dialog")?.close();
  const copies = event.target.closest?.("[data-copies]");
  if (copies) copy(copies);
});

async function copy(button) {
  const text = document.getElementById(button.dataset.copies)?.textContent ?? "";
  await navigator.clipboard.writeText(text);
  say("Copied.");
}

// One status line for everything that is told in passing.
export function say(text) {
  const place = one("#status");
  if (!place) return;
  place.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (place.textContent = ""), 6000);
}

// A dialog that a fragment brings along opens by itself.
document.addEventListener("htmx:after:swap", () => {
  for (const dialog of document.querySelectorAll("dialog[data-open]:not([open])")) {
    dialog.showModal();
    dialog.addEventListener("close", () => dialog.remove());
  }
});

// <input data-adds-to="id"> appends what was chosen as a line to a list.
document.addEventListener("change", (event) => {
  const adds = event.target.closest?.("[data-adds-to]");
  const list = adds && document.getElementById(adds.dataset.addsTo);
  if (!list || !adds.value.trim()) return;
  const lines = list.value.split("\n").map((line) => line.trim()).filter(Boolean);
  if (!lines.includes(adds.value.trim())) lines.push(adds.value.trim());
  list.value = lines.join("\n");
  adds.value = "";
  list.dispatchEvent(new Event("change", { bubbles: true }));
});

// After an autosave only the error slots are new; the controls themselves are left alone.
function markInvalid() {
  for (const slot of document.querySelectorAll(".field-error[id$='-error']")) {
    const control = document.getElementById(slot.id.slice(0, -"-error".length));
    if (!control) continue;
    if (slot.textContent.trim()) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}
document.addEventListener("htmx:after:swap", markInvalid);

// The session has ended: say so, and leave what was typed alone.
document.addEventListener("htmx:after:request", (event) => {
  const answer = event.detail?.ctx?.response;
  if (answer?.headers?.get?.("X-Adloom-Signed-Out")) one("#signed-out").hidden = false;
  const told = answer?.headers?.get?.("X-Adloom-Say");
  if (told) say(decodeURIComponent(told));
});
document.addEventListener("htmx:error", () => say("The console could not be reached. Is adloom serve still running?"));

// `/` goes to the search box, `?` to the help.
document.addEventListener("keydown", (event) => {
  if (event.target.closest?.("input, select, textarea, [contenteditable], code-editor, dialog")) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    const search = one("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  } else if (event.key === "?") {
    one("#keys")?.showModal();
  }
});

// The way times are shown where the reader is, beside the account's zone.
const told = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
function localTimes(root) {
  for (const time of root.querySelectorAll?.("time[data-local]") ?? []) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.title = `${told.format(moment)} where you are`;
  }
}
localTimes(document);
document.addEventListener("htmx:after:swap", () => localTimes(document));
