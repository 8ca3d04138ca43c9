// Dragging and keys of the editor. Every one of them presses a button that is there anyway.

const editor = document.getElementById("editor");
const nodeOf = (element) => element.closest?.("[data-node]");
const press = (selector, root = editor) => root?.querySelector(selector)?.click();
// A field that is left is kept at once, so that what the button shows is whole.
const leaveFor = (selector) => {
  editor.querySelector(selector)?.focus();
  press(selector);
};

// --- dragging: a step onto a plus ----------------------------------------------------------------
let dragged = null;
editor.addEventListener("dragstart", (event) => {
  dragged = nodeOf(event.target)?.dataset.node ?? null;
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
editor.addEventListener("dragend", () => {
  dragged = null;
  for (const one of editor.querySelectorAll(".is-over")) one.classList.remove("is-over");
});
editor.addEventListener("dragover", (event) => {
  const place = event.target.closest?.(".insert");
  for (const one of editor.querySelectorAll(".is-over")) one.classList.toggle("is-over", one === place);
  if (dragged === null || !place) return;
  event.preventDefault();
  place.classList.add("is-over");
});
editor.addEventListener("drop", (event) => {
  const place = event.target.closest?.(".insert");
  if (dragged === null || !place) return;
  event.preventDefault();
  const marks = new FormData(document.getElementById("marks"));
  htmx.ajax("POST", `${editor.dataset.base}/drop`, {
    source: "#marks",
    swap: "none",
    values: { place: dragged, before: place.dataset.place, version: marks.get("version"), tab: marks.get("tab") },
  });
});

// --- what is under way ----------------------------------------------------------------------------
const kept = document.getElementById("kept");
let pending = 0;
const changes = (event) => event.detail?.ctx?.request?.method === "POST";
document.addEventListener("htmx:config:request", (event) => {
  if (changes(event) && editor.contains(event.target)) {
    event.detail.ctx.counted = true;
    pending += 1;
    kept.textContent = kept.dataset.keeping;
  }
});
document.addEventListener("htmx:finally:request", (event) => {
  if (!event.detail?.ctx?.counted) return;
  pending -= 1;
  if (!pending) kept.textContent = kept.dataset.kept;
});
window.addEventListener("beforeunload", (event) => {
  if (pending) event.preventDefault();
});

// --- keys ----------------------------------------------------------------------------------------
const WAYS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
document.addEventListener("keydown", (event) => {
  const strong = event.ctrlKey || event.metaKey;
  const inCode = event.target.closest?.("code-editor") && !(strong && event.key.toLowerCase() === "s");
  if (event.defaultPrevented || inCode) return;
  const typing = event.target.closest?.("input, textarea, select");
  const node = nodeOf(event.target);
  if (event.altKey && node && WAYS[event.key]) {
    event.preventDefault();
    press(`[data-move="${WAYS[event.key]}"]`, node);
  } else if (event.key === "Delete" && node && !typing) {
    press('[data-act="delete"]', node);
  } else if (strong && event.key.toLowerCase() === "z" && !typing) {
    event.preventDefault();
    press(event.shiftKey ? '[data-key="redo"]' : '[data-key="undo"]');
  } else if (strong && event.key === "Enter") {
    event.preventDefault();
    leaveFor('[data-key="try"]');
  } else if (strong && event.key.toLowerCase() === "s") {
    event.preventDefault();
    leaveFor('[data-key="review"]');
  }
});

// The menu of a step closes when it has done its work, or when another one opens.
editor.addEventListener("toggle", (event) => {
  if (!event.target.open || !event.target.matches(".node-menu")) return;
  for (const one of editor.querySelectorAll(".node-menu[open]")) if (one !== event.target) one.open = false;
}, true);
document.addEventListener("click", (event) => {
  for (const one of editor.querySelectorAll(".node-menu[open]")) {
    if (!one.contains(event.target) || event.target.closest(".node-actions button")) one.open = false;
  }
});

// --- mapping: a value of an earlier step goes where the cursor was last ---------------------------
let field = null;
editor.addEventListener("focusin", (event) => {
  if (event.target.matches("input[data-mappable], textarea[data-mappable]")) field = event.target;
  const picker = event.target.matches("[data-mappable]") && document.getElementById("picker");
  if (!picker) return;
  picker.setAttribute("open", "");
  // The values open below the form: the field they are for stays in sight.
  event.target.scrollIntoView({ block: "nearest" });
});
editor.addEventListener("click", async (event) => {
  const pick = event.target.closest("[data-insert]");
  if (pick) insert(pick.dataset.insert);
  const adds = event.target.closest("[data-adds-row]");
  if (adds) await addRow(adds);
  const removes = event.target.closest("[data-removes-row]");
  if (removes) {
    const form = removes.closest("form");
    removes.closest("[data-row]").remove();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
function insert(text) {
  if (!field?.isConnected) {
    document.getElementById("status").textContent = "Put the cursor into a field first.";
    return;
  }
  const plain = field.dataset.mappable === "plain";
  field.setRangeText(plain ? text.replace(/^\{\{|\}\}$/g, "") : text, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
  field.focus();
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
async function addRow(button) {
  const group = button.closest("fieldset");
  const taken = [...group.querySelectorAll("[data-row] select")].map((one) => Number(one.name.split(".")[2]));
  const number = Math.max(-1, ...taken) + 1;
  const answer = await fetch(`${button.dataset.url}?group=${button.dataset.group}&number=${number}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  button.insertAdjacentHTML("beforebegin", await answer.text());
  button.previousElementSibling.querySelector("input").focus();
}
