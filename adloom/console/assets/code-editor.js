// The part of <code-editor> that has to be built: CodeMirror 6, dressed in the colours of the page,
// behind one function. The element itself is static/code-editor.js.

import {
  autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap,
} from "@codemirror/autocomplete";
import {
  defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory,
} from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, Prec } from "@codemirror/state";
import {
  Decoration, EditorView, MatchDecorator, ViewPlugin, highlightActiveLine,
  highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Custom properties of the page reach into shadow roots; a page without them gets system colours.
const SURFACE = "var(--surface, Canvas)";
const TEXT = "var(--text, CanvasText)";
const ACCENT = "var(--accent, LinkText)";
const LINE = "var(--line, GrayText)";
const BAD = "var(--bad, #c0252d)";
const WARN = "var(--warn, #b26a00)";
const MUTED = `var(--muted, ${TEXT})`;
const ON_ACCENT = `var(--on-accent, ${SURFACE})`;
const tint = (colour, percent) => `color-mix(in srgb, ${colour} ${percent}%, transparent)`;

const theme = EditorView.theme({
  "&": {
    color: TEXT,
    backgroundColor: SURFACE,
    border: `1px solid ${LINE}`,
    borderRadius: "var(--radius, 6px)",
  },
  "&.cm-focused": { outline: `2px solid ${ACCENT}`, outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: "var(--mono, ui-monospace, monospace)",
    fontSize: "0.875rem",
    lineHeight: "1.5",
    maxHeight: "var(--code-height, 70vh)",
    overflow: "auto",
  },
  ".cm-content, .cm-gutter": { minHeight: "10rem" },
  ".cm-content": { caretColor: TEXT },
  ".cm-content ::selection, .cm-line::selection": { backgroundColor: tint(ACCENT, 30) },
  ".cm-gutters": { color: MUTED, backgroundColor: SURFACE, borderRight: `1px solid ${LINE}` },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: tint(ACCENT, 8) },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: tint(ACCENT, 22),
    outline: `1px solid ${ACCENT}`,
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: tint(BAD, 22) },
  ".cm-searchMatch": { backgroundColor: tint(ACCENT, 22), outline: `1px solid ${LINE}` },
  ".cm-searchMatch-selected": { backgroundColor: tint(ACCENT, 45) },
  ".cm-panels": { color: TEXT, backgroundColor: SURFACE },
  ".cm-panels-top": { borderBottom: `1px solid ${LINE}` },
  ".cm-panels-bottom": { borderTop: `1px solid ${LINE}` },
  ".cm-textfield, .cm-button": {
    color: TEXT,
    background: SURFACE,
    border: `1px solid ${LINE}`,
    borderRadius: "4px",
    fontSize: "0.8125rem",
  },
  ".cm-panel.cm-search [name=close]": { color: TEXT, padding: "0 0.4em" },
  ".cm-tooltip": { color: TEXT, backgroundColor: SURFACE, border: `1px solid ${LINE}` },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: ON_ACCENT, background: ACCENT },
  ".cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail": { color: ON_ACCENT },
  ".cm-completionDetail": { color: MUTED },
  ".cm-diagnostic-error": { borderLeftColor: BAD },
  ".cm-diagnostic-warning": { borderLeftColor: WARN },
  ".cm-lintRange": { backgroundImage: "none", textDecoration: `underline wavy ${WARN}` },
  ".cm-lintRange-error": { textDecorationColor: BAD },
  ".cm-lintRange-active": { backgroundColor: tint(BAD, 15) },
  ".cm-lintPoint-error:after": { borderBottomColor: BAD },
  // Shapes, not only colours: a dot is an error, a triangle a warning.
  ".cm-gutter-lint .cm-lint-marker": {
    content: "normal",
    width: "0.7em",
    height: "0.7em",
    marginTop: "0.4em",
    backgroundColor: BAD,
    borderRadius: "50%",
  },
  ".cm-gutter-lint .cm-lint-marker-warning, .cm-gutter-lint .cm-lint-marker-info": {
    backgroundColor: WARN,
    borderRadius: "0",
    clipPath: "polygon(50% 0, 100% 100%, 0 100%)",
  },
  ".cm-mapping": { backgroundColor: tint(ACCENT, 14), borderRadius: "3px" },
});

const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: ACCENT },
  { tag: [tags.comment, tags.lineComment], color: MUTED, fontStyle: "italic" },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: MUTED },
  { tag: [tags.keyword, tags.typeName, tags.labelName, tags.meta], fontWeight: "bold" },
  { tag: tags.invalid, color: BAD },
]);

const mapping = new MatchDecorator({
  regexp: /\{\{[^{}\n]*\}\}/g,
  decoration: Decoration.mark({ class: "cm-mapping" }),
});
const mappings = ViewPlugin.define(
  (view) => ({
    decorations: mapping.createDeco(view),
    update(change) {
      this.decorations = mapping.updateDeco(change, this.decorations);
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);

// Esc, then Tab: the way out for people who use no mouse, with all the time they want.
const wayOut = {
  key: "Escape",
  run(view) {
    view.setTabFocusMode(Infinity);
    return true;
  },
};
// Ctrl+Enter belongs to the page: it runs the scenario once.
const keys = [
  ...closeBracketsKeymap,
  ...completionKeymap,
  ...searchKeymap,
  ...historyKeymap,
  ...defaultKeymap.filter((binding) => binding.key !== "Mod-Enter"),
  { key: "F8", run: nextDiagnostic, shift: previousDiagnostic },
  indentWithTab,
];

const fromOutside = Annotation.define();

function named(entry) {
  return typeof entry === "string" ? { label: entry } : entry;
}

function applyMapping(view, completion, from, to) {
  const closed = view.state.sliceDoc(to).trimStart().startsWith("}}");
  const insert = completion.label + (closed ? "" : "}}");
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
}

// What fits here: fields inside {{…}}, modules after `module:`, keys where a line begins.
async function complete(context, offered) {
  const before = (pattern) => context.matchBefore(pattern);
  const inMapping = before(/\{\{[^{}\n]*$/) && before(/[\w.`[\]]*$/);
  const inModule = before(/^\s*(?:-\s+)?module:\s*["']?[\w-]*$/) && before(/[\w-]*$/);
  const inKey = before(/^\s*(?:-\s+)?[\w-]*$/) && before(/[\w-]*$/);
  const word = inMapping || inModule || inKey;
  if (!word || (word === inKey && !context.explicit && word.from === word.to)) return null;
  const { modules = [], keys = [], mappings = [] } = await offered();
  if (word === inModule) {
    return { from: word.from, options: modules.map(named), validFor: /^[\w-]*$/ };
  }
  if (word === inKey) {
    const options = keys.map(named).map((key) => ({ ...key, apply: `${key.label}: ` }));
    return { from: word.from, options, validFor: /^[\w-]*$/ };
  }
  const options = mappings.map(named).map((field) => ({ ...field, apply: applyMapping }));
  return { from: word.from, options, validFor: /^[\w.`[\]]*$/ };
}

// The smallest change that turns one text into the other, so that the cursor stays where it is.
function difference(old, text) {
  let from = 0;
  const shorter = Math.min(old.length, text.length);
  while (from < shorter && old[from] === text[from]) from += 1;
  let same = 0;
  while (same < shorter - from && old.at(-1 - same) === text.at(-1 - same)) same += 1;
  return { from, to: old.length - same, insert: text.slice(from, text.length - same) };
}

function place(doc, line, column = 1) {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return Math.min(found.from + Math.max(column - 1, 0), found.to);
}

function diagnostic(doc, { line, column, message, severity = "error" }) {
  const { from: start, to, text } = doc.lineAt(place(doc, line));
  const from = column ? place(doc, line, column) : start + text.search(/\S|$/);
  return { from, to: Math.max(from, to), message, severity };
}

/**
 * Open an editor inside `parent`.
 *
 * @param {object} wanted
 * @param {Element} wanted.parent Where it goes.
 * @param {Document|ShadowRoot} wanted.root What `parent` belongs to; styles are adopted there.
 * @param {string} wanted.text What it begins with.
 * @param {string} wanted.language `yaml`, or anything else for plain text.
 * @param {string} wanted.label What it is called.
 * @param {string} wanted.describedBy Id, in the same root, of what explains it.
 * @param {boolean} wanted.readOnly Nothing may be changed.
 * @param {() => Promise<{modules?, keys?, mappings?}>} wanted.offered What can be completed.
 * @param {(text: string, typed: boolean) => void} wanted.changed Told of every change; `typed` is
 *   false for a text that was set from outside.
 * @param {() => void} wanted.left Told when the focus leaves.
 */
export function openEditor(wanted) {
  const { parent, root, text, language, label, describedBy, readOnly, offered } = wanted;
  const told = EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    const typed = !update.transactions.some((one) => one.annotation(fromOutside));
    wanted.changed(update.state.doc.toString(), typed);
  });
  const extensions = [
    lineNumbers(), lintGutter(), history(), search({ top: true }),
    bracketMatching(), closeBrackets(), indentOnInput(), indentUnit.of("  "),
    highlightActiveLine(), highlightActiveLineGutter(), EditorView.lineWrapping,
    autocompletion({ override: [(context) => complete(context, offered)], icons: false }),
    language === "yaml" ? [yaml(), mappings] : [],
    syntaxHighlighting(highlighting), theme,
    keymap.of(keys), Prec.lowest(keymap.of([wayOut])),
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedBy }),
    EditorView.domEventHandlers({ blur: () => wanted.left() }),
    told,
  ];
  const state = EditorState.create({ doc: text, extensions });
  const view = new EditorView({ parent, root, state });
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(next) {
      const changes = difference(this.text, next);
      const annotations = [fromOutside.of(true), isolateHistory.of("full")];
      view.dispatch({ changes, annotations });
    },
    get focused() {
      return view.hasFocus;
    },
    focus() {
      view.focus();
    },
    select(from, to) {
      view.dispatch({ selection: { anchor: from, head: to } });
    },
    mark(problems) {
      const marks = problems.map((problem) => diagnostic(view.state.doc, problem));
      view.dispatch(setDiagnostics(view.state, marks.sort((a, b) => a.from - b.from)));
    },
    goTo(line, column) {
      const anchor = place(view.state.doc, line, column);
      const effects = EditorView.scrollIntoView(anchor, { y: "center" });
      view.dispatch({ selection: { anchor }, effects });
      view.focus();
    },
    close() {
      view.destroy();
    },
  };
}
