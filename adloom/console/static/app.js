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
  const place = document.getElementById(button.dataset.copies);
  try {
    // There is no clipboard where a page comes from another machine without TLS.
    await navigator.clipboard.writeText(place?.textContent ?? "");
    say("Copied.");
  } catch {
    if (place) getSelection().selectAllChildren(place);
    say("The browser does not let pages copy here. The text is selected: copy it yourself.");
  }
}

// One status line for everything that is told in passing.
export function say(text) {
  const place = one("#status");
  if (!place) return;
  place.textContent = text;
  clearTimeout(say.timer);
  // Long texts stay as long as it takes to read them.
  say.timer = setTimeout(() => (place.textContent = ""), 4000 + 60 * text.length);
}
// What the page came with is told like everything else: heard, and gone after a while.
const brought = one("#status")?.textContent.trim();
if (brought) say(brought);

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

// Pages that ask how something stands ask seldom while nobody answers, or nobody is signed in.
const SELDOM = 5000;
let quietUntil = 0;
document.addEventListener("htmx:before:request", (event) => {
  const trigger = event.detail?.ctx?.sourceElement?.getAttribute?.("hx-trigger") ?? "";
  if (trigger.startsWith("every") && Date.now() < quietUntil) event.preventDefault();
});

// The session has ended: say so, and leave what was typed alone; until there is another one.
document.addEventListener("htmx:after:request", (event) => {
  const answer = event.detail?.ctx?.response;
  const isOut = Boolean(answer?.headers?.get?.("X-Adloom-Signed-Out"));
  one("#signed-out").hidden = !isOut;
  if (isOut) quietUntil = Date.now() + SELDOM;
  const told = answer?.headers?.get?.("X-Adloom-Say");
  if (told) say(decodeURIComponent(told));
});
document.addEventListener("htmx:error", (event) => {
  // Only what went wrong on the way: an answer that came has said what it has to say.
  if (event.detail?.ctx?.response) return;
  quietUntil = Date.now() + SELDOM;
  say("The console could not be reached. Is adloom serve still running?");
});

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
