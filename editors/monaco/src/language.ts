// Smarty in HTML for Monaco: colours before the server has said its own, brackets, and who answers what.
import * as monaco from "monaco-editor/editor";
import * as changing from "./changing";
import { completion } from "./completion";
import * as looking from "./looking";

export const LANGUAGE = "smarty";

const CONTROL =
  /(?:if|elseif|else|foreach|foreachelse|for|forelse|while|break|continue|section|sectionelse|include|extends|block|capture|function|call|assign|append|strip|nocache|setfilter|config_load|loadprofile|loadsubprofile)\b/;
const WORDS = /(?:and|or|xor|not|eq|ne|neq|gte|gt|ge|lte|lt|le|mod|is|in|as|to|step|even|odd|div|by)\b/;

const grammar: monaco.languages.IMonarchLanguage = {
  defaultToken: "",
  ignoreCase: false,
  tokenizer: {
    root: [{ include: "@tags" }, { include: "@html" }],
    tags: [
      [/\{\*/, { token: "comment.smarty", next: "@comment" }],
      [/\{literal\s*\}/, { token: "keyword.smarty", next: "@literal" }],
      [/\{\/?(?=[$#"'\w(!-])/, { token: "delimiter.smarty", next: "@head" }],
    ],
    comment: [[/\*\}/, { token: "comment.smarty", next: "@pop" }], [/[^*]+/, "comment.smarty"], [/\*/, "comment.smarty"]],
    literal: [[/\{\/literal\s*\}/, { token: "keyword.smarty", next: "@pop" }], { include: "@html" }],
    head: [
      [CONTROL, { token: "keyword.smarty", switchTo: "@tag" }],
      [/[A-Za-z_]\w*/, { token: "function.smarty", switchTo: "@tag" }],
      [/(?=.)/, { token: "", switchTo: "@tag" }],
      [/$/, { token: "", switchTo: "@tag" }],
    ],
    tag: [[/\}/, { token: "delimiter.smarty", next: "@pop" }], { include: "@expression" }],
    expression: [
      [/\$\w+/, "variable.smarty"],
      [/\.[\w$]+/, "property.smarty"],
      [/\|@?[A-Za-z_]\w*/, "modifier.smarty"],
      [/#\w+#/, "constant.smarty"],
      [/[A-Za-z_]\w*(?=\s*=(?!=))/, "attribute.name.smarty"],
      [WORDS, "keyword.operator.smarty"],
      [/(?:true|false|null)\b/, "constant.smarty"],
      [/\d+(?:\.\d+)?/, "number.smarty"],
      [/'(?:[^'\\]|\\.)*'/, "string.smarty"],
      [/"/, { token: "string.smarty", next: "@double" }],
      [/\{/, { token: "delimiter.smarty", next: "@tag" }],
      [/[A-Za-z_]\w*/, "function.smarty"],
    ],
    double: [
      [/"/, { token: "string.smarty", next: "@pop" }],
      [/\\./, "string.escape.smarty"],
      [/\{(?=[$#"'\w(!-])/, { token: "delimiter.smarty", next: "@head" }],
      [/`/, { token: "delimiter.smarty", next: "@backtick" }],
      [/\$\w+/, "variable.smarty"],
      [/[^"\\{`$]+/, "string.smarty"],
      [/./, "string.smarty"],
    ],
    backtick: [[/`/, { token: "delimiter.smarty", next: "@pop" }], { include: "@expression" }],
    html: [
      [/<!--/, { token: "comment.html", next: "@htmlComment" }],
      [/<style(?![\w:-])/i, { token: "tag.html", next: "@styleElement" }],
      [/<!?\/?[A-Za-z][\w:-]*/, { token: "tag.html", next: "@element" }],
      [/&(?:#\d+|#x[\da-f]+|\w+);/i, "string.escape.html"],
    ],
    htmlComment: [[/-->/, { token: "comment.html", next: "@pop" }], { include: "@tags" }, [/[^-{]+/, "comment.html"], [/./, "comment.html"]],
    element: [
      [/\/?>/, { token: "tag.html", next: "@pop" }],
      { include: "@tags" },
      [/[A-Za-z_:@][\w:.-]*/, "attribute.name.html"],
      [/"/, { token: "attribute.value.html", next: "@value" }],
      [/'/, { token: "attribute.value.html", next: "@single" }],
    ],
    styleElement: [[/\/>/, { token: "tag.html", next: "@pop" }], [/>/, { token: "tag.html", switchTo: "@css" }], { include: "@element" }],
    css: [
      [/(?=<\/style)/i, { token: "", next: "@pop" }],
      { include: "@tags" },
      [/\/\*/, { token: "comment.css", next: "@cssComment" }],
      [/@[\w-]+/, "keyword.css"],
      // The name of a property; `a:hover {` is none.
      [/[A-Za-z-][\w-]*(?=\s*:(?![\w-]+[^;{}]*\{))/, "attribute.name.css"],
      [/#[\da-fA-F]{3,8}\b/, "number.css"],
      [/[A-Za-z_.#-]+[\w-]*/, ""],
      [/\d+(?:\.\d+)?(?:%|[a-z]+)?/, "number.css"],
      [/"[^"{]*"|'[^'{]*'/, "string.css"],
    ],
    cssComment: [[/\*\//, { token: "comment.css", next: "@pop" }], { include: "@tags" }, [/[^*{]+/, "comment.css"], [/./, "comment.css"]],
    value: [[/"/, { token: "attribute.value.html", next: "@pop" }], { include: "@tags" }, [/[^"{]+/, "attribute.value.html"], [/\{/, "attribute.value.html"]],
    single: [[/'/, { token: "attribute.value.html", next: "@pop" }], { include: "@tags" }, [/[^'{]+/, "attribute.value.html"], [/\{/, "attribute.value.html"]],
  },
};

const configuration: monaco.languages.LanguageConfiguration = {
  comments: { blockComment: ["{*", "*}"] },
  brackets: [["{", "}"], ["(", ")"], ["[", "]"]],
  autoClosingPairs: [
    { open: "{", close: "}" },
    { open: "[", close: "]" },
    { open: "(", close: ")" },
    { open: '"', close: '"' },
    { open: "'", close: "'" },
  ],
  surroundingPairs: [
    { open: "{", close: "}" },
    { open: '"', close: '"' },
    { open: "'", close: "'" },
    { open: "<", close: ">" },
  ],
  wordPattern: /(-?\d+\.\d\w*)|([^\s`~!@#%^&*()=+[{\]}\\|;:'",.<>/?$]+)/,
};

let registered = false;

/** Makes Smarty known to Monaco, once a page. `run` is called with a text's address for a line above a line. */
export function register(run: (uri: string, command: string, given: readonly unknown[]) => void): void {
  if (registered) {
    return;
  }
  registered = true;
  const languages = monaco.languages;
  languages.register({ id: LANGUAGE, extensions: [".tpl", ".smarty"], aliases: ["Smarty"] });
  languages.setMonarchTokensProvider(LANGUAGE, grammar);
  languages.setLanguageConfiguration(LANGUAGE, configuration);
  languages.registerCompletionItemProvider(LANGUAGE, completion);
  languages.registerHoverProvider(LANGUAGE, looking.hover);
  languages.registerSignatureHelpProvider(LANGUAGE, looking.signature);
  languages.registerDefinitionProvider(LANGUAGE, looking.definition);
  languages.registerTypeDefinitionProvider(LANGUAGE, looking.typeDefinition);
  languages.registerReferenceProvider(LANGUAGE, looking.references);
  languages.registerDocumentHighlightProvider(LANGUAGE, looking.highlights);
  languages.registerDocumentSymbolProvider(LANGUAGE, looking.symbols);
  languages.registerFoldingRangeProvider(LANGUAGE, looking.folds);
  languages.registerSelectionRangeProvider(LANGUAGE, looking.selection);
  languages.registerLinkProvider(LANGUAGE, looking.links);
  languages.registerInlayHintsProvider(LANGUAGE, { ...looking.inlays, onDidChangeInlayHints: refreshed.event });
  languages.registerCodeLensProvider(LANGUAGE, { ...looking.lenses, onDidChange: lensesChanged.event });
  languages.registerDocumentSemanticTokensProvider(LANGUAGE, { ...looking.tokens, onDidChange: refreshed.event });
  languages.registerColorProvider(LANGUAGE, looking.colours);
  languages.registerCodeActionProvider(LANGUAGE, changing.actions);
  languages.registerRenameProvider(LANGUAGE, changing.rename);
  languages.registerDocumentFormattingEditProvider(LANGUAGE, changing.formatting);
  languages.registerDocumentRangeFormattingEditProvider(LANGUAGE, changing.rangeFormatting);
  languages.registerOnTypeFormattingEditProvider(LANGUAGE, changing.typeFormatting);
  languages.registerLinkedEditingRangeProvider(LANGUAGE, changing.linked);
  monaco.editor.registerCommand(changing.RUN, (_accessor, uri: string, command: string, given: readonly unknown[]) => run(uri, command, given));
}

const refreshed = new monaco.Emitter<void>();
const lensesChanged = new monaco.Emitter<monaco.languages.CodeLensProvider>();

/** Has Monaco ask anew for what shows live data. */
export function refresh(): void {
  refreshed.fire();
  lensesChanged.fire(looking.lenses);
}
