/**
 * <code-editor name="text" language="yaml" lint-url="…" complete-url="…"> around a <textarea>.
 *
 * Without scripts the textarea is the editor. With them CodeMirror stands in its place, in a shadow
 * root (styles are adopted there, which the strict Content-Security-Policy allows), and the
 * textarea keeps the same text: it belongs to the form, fires `input` and `change`, and is what
 * htmx and a `<label>` see. CodeMirror is loaded when the element is first visible.
 *
 * `problems` can be set and read: [{line?, column?, message, severity?, hint?}], lines and columns
 * from 1, severity "error" (default), "warning" or "info". With `lint-url` the text is posted there
 * (field `text`, or the element's name) when typing rests; the answer is {problems: […]}.
 * `complete-url` is asked once for {modules: [{label, detail}], keys: […], mappings: […]}.
 */

const BUILT = new URL("vendor/code-editor.js", import.meta.url);
const REST = 400; // milliseconds without a change before the text is checked
const HEADERS = { "HX-Request": "true", Accept: "application/json" };
const WAY_OUT = "Esc, then Tab leaves the editor. Ctrl+F searches, Ctrl+Space completes.";

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
  :host { display: block; }
  [hidden] { display: none; }
  p, #problems { margin: 0.4rem 0 0; padding: 0; font-size: 0.875rem; }
  .hint { color: var(--muted, CanvasText); }
  #problems { list-style: none; }
  #problems li { margin: 0.25rem 0; padding-left: 0.6rem; border-left: 3px solid; }
  #problems li { border-color: var(--warn, #b26a00); }
  #problems li.error { border-color: var(--bad, #c0252d); }
  #problems p { margin: 0; }
  #problems button {
    padding: 0.15rem 0; border: 0; background: none; color: inherit; font: inherit;
    text-align: left; text-decoration: underline; text-underline-offset: 0.2em; cursor: pointer;
  }
  #problems button:focus-visible { outline: 2px solid var(--accent, LinkText); }
`);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function count(problems) {
  if (problems.length === 0) return "No problems.";
  return problems.length === 1 ? "1 problem:" : `${problems.length} problems:`;
}

class CodeEditor extends HTMLElement {
  #editor = null;
  #problems = [];
  #offered = null;
  #timer = 0;
  #question = null; // aborts the check that is under way
  #ties = null; // aborts what listens outside the shadow root
  #changedSinceFocus = false;
  #slot = element("slot");
  #frame = element("div");
  #hint = element("p", { id: "hint", className: "hint", textContent: WAY_OUT });
  #status = element("p", { role: "status" });
  #list = element("ul", { id: "problems", ariaLabel: "Problems", hidden: true });
  #size = new ResizeObserver(() => this.#open());
  #watch = new MutationObserver(() => this.#followTextarea());

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [STYLE];
    root.append(this.#slot);
  }

  connectedCallback() {
    if (!this.#editor) this.#size.observe(this);
  }

  disconnectedCallback() {
    // A morph may take an element out and put it back at once.
    queueMicrotask(() => this.isConnected || this.#close());
  }

  /** The textarea that holds the text for the form. */
  get textarea() {
    return this.querySelector("textarea");
  }

  get value() {
    return this.#editor ? this.#editor.text : this.textarea.value;
  }

  set value(text) {
    this.textarea.value = text;
    this.#followTextarea(true);
  }

  get problems() {
    return this.#problems;
  }

  set problems(problems) {
    this.#problems = problems;
    if (!this.#editor) return;
    this.#editor.mark(problems.filter((problem) => problem.line));
    this.#status.textContent = count(problems);
    this.#list.replaceChildren(...problems.map((problem) => this.#entry(problem)));
    this.#list.hidden = problems.length === 0;
  }

  focus() {
    (this.#editor ?? this.textarea).focus();
  }

  /** Put the cursor there; lines and columns count from 1. */
  goTo(line, column = 1) {
    this.#editor?.goTo(line, column);
  }

  async #open() {
    if (this.getBoundingClientRect().width === 0 || !this.textarea) return;
    this.#size.disconnect();
    const { openEditor } = await import(BUILT);
    const textarea = this.textarea;
    if (this.#editor || !this.isConnected || !textarea) return;
    const hadFocus = document.activeElement === textarea;
    const { selectionStart, selectionEnd } = textarea;
    this.#editor = openEditor({
      parent: this.#frame,
      root: this.shadowRoot,
      text: textarea.value,
      language: this.getAttribute("language"),
      label: this.#label(textarea),
      describedBy: "hint",
      readOnly: textarea.readOnly || textarea.disabled,
      offered: () => this.#offer(),
      changed: (text, typed) => this.#changed(text, typed),
      left: () => this.#left(),
    });
    this.shadowRoot.replaceChildren(this.#frame, this.#hint, this.#status, this.#list);
    this.#tie(textarea);
    this.#editor.select(selectionStart, selectionEnd);
    if (hadFocus) this.#editor.focus();
    if (this.#problems.length) this.problems = this.#problems;
    this.#check();
  }

  #close() {
    this.#size.disconnect();
    this.#watch.disconnect();
    this.#ties?.abort();
    this.#forgetCheck();
    this.#editor?.close();
    this.#editor = null;
    this.shadowRoot.replaceChildren(this.#slot);
  }

  #label(textarea) {
    const texts = [...textarea.labels].map((label) => label.textContent.trim());
    return textarea.ariaLabel || texts.join(" ") || this.getAttribute("name") || "Text";
  }

  /** Nobody sees the textarea any more: what happens to it has to happen to the editor. */
  #tie(textarea) {
    this.#ties = new AbortController();
    const { signal } = this.#ties;
    for (const label of textarea.labels) {
      label.addEventListener("click", () => this.focus(), { signal });
    }
    textarea.form?.addEventListener("reset", () => setTimeout(() => this.#followTextarea(true)), {
      signal,
    });
    this.addEventListener("invalid", (event) => {
      event.preventDefault();
      this.#status.textContent = event.target.validationMessage;
      this.focus();
    }, { signal, capture: true });
    this.#watch.observe(this, { childList: true, characterData: true, subtree: true });
  }

  #followTextarea(always = false) {
    const { textarea } = this;
    if (!this.#editor || !textarea || textarea.value === this.#editor.text) return;
    // Whoever is typing is right; a late answer of the server is not.
    if (this.#editor.focused && !always) textarea.value = this.#editor.text;
    else this.#editor.text = textarea.value;
  }

  #changed(text, typed) {
    this.#forgetCheck();
    this.#timer = setTimeout(() => this.#check(), REST);
    if (!typed) return;
    this.#changedSinceFocus = true;
    this.textarea.value = text;
    this.textarea.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  #left() {
    if (!this.#changedSinceFocus) return;
    this.#changedSinceFocus = false;
    this.textarea?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #forgetCheck() {
    clearTimeout(this.#timer);
    this.#question?.abort();
  }

  async #check() {
    const url = this.getAttribute("lint-url");
    if (!url) {
      if (this.#problems.length === 0) this.#status.textContent = "";
      return;
    }
    this.#question = new AbortController();
    const { signal } = this.#question;
    const body = new URLSearchParams({ [this.getAttribute("name") ?? "text"]: this.value });
    try {
      const answer = await fetch(url, { method: "POST", headers: HEADERS, body, signal });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const { problems } = await answer.json();
      if (!signal.aborted) this.problems = problems;
    } catch (error) {
      if (signal.aborted) return;
      this.#status.textContent = `This text could not be checked (${error.message}).`;
    }
  }

  /** What can be completed; asked for once, and again only if that failed. */
  #offer() {
    this.#offered ??= this.#askOffer().catch((error) => {
      this.#offered = null;
      this.#status.textContent = `There is nothing to complete with (${error.message}).`;
      return {};
    });
    return this.#offered;
  }

  async #askOffer() {
    const url = this.getAttribute("complete-url");
    if (!url) return {};
    const answer = await fetch(url, { headers: HEADERS });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  }

  #entry({ line, column, message, severity = "error", hint }) {
    const said = severity === "error" ? message : `${severity}: ${message}`;
    const text = line ? `Line ${line}: ${said}` : said;
    const shown = line
      ? element("button", { type: "button", onclick: () => this.goTo(line, column) }, text)
      : element("span", {}, text);
    const entry = element("li", { className: severity }, shown);
    if (hint) entry.append(element("p", { className: "hint" }, hint));
    return entry;
  }
}

customElements.define("code-editor", CodeEditor);
