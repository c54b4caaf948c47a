// A light and a dark theme; contrasts of at least 4.5 to the ground.
import * as monaco from "monaco-editor/editor";

export type Theme = "light" | "dark" | "auto";

const LIGHT = { variable: "0b4f8a", property: "1f6f43", modifier: "8a3ffc", keyword: "a8005c", name: "7a4a00", string: "9a1b1b", number: "096656", comment: "5f6b76", tag: "3b3f99", delimiter: "6b5900" };
const DARK = { variable: "7cc7ff", property: "8fd9a8", modifier: "c9a6ff", keyword: "ff8ac2", name: "e8b96a", string: "f2a48f", number: "7fdcc8", comment: "93a0ac", tag: "a6b1ff", delimiter: "d8c66a" };

type Colours = typeof LIGHT;

function rules(colours: Colours): monaco.editor.ITokenThemeRule[] {
  const of: Record<string, keyof Colours> = {
    "variable.smarty": "variable", variable: "variable", parameter: "variable",
    "property.smarty": "property", property: "property",
    "modifier.smarty": "modifier", method: "modifier",
    "keyword.smarty": "keyword", "keyword.operator.smarty": "keyword", keyword: "keyword", macro: "keyword",
    "function.smarty": "keyword", function: "keyword",
    "attribute.name.smarty": "name", "attribute.name.html": "name", "attribute.name.css": "name",
    "string.smarty": "string", string: "string", "attribute.value.html": "string", "string.escape.html": "number",
    "number.smarty": "number", number: "number", "constant.smarty": "number",
    "comment.smarty": "comment", "comment.html": "comment", comment: "comment",
    "tag.html": "tag", "delimiter.smarty": "delimiter",
  };
  return Object.entries(of).map(([token, colour]) => ({ token, foreground: colours[colour] }));
}

/** Of what stands between the words of the text: Monaco's own is too pale to read. */
function colours(quiet: string, ground: string): Record<string, string> {
  return {
    "editorCodeLens.foreground": quiet,
    "editorInlayHint.foreground": quiet,
    "editorInlayHint.background": ground,
    "editorLineNumber.foreground": quiet,
  };
}

export function defineThemes(): void {
  monaco.editor.defineTheme("dovetail-light", { base: "vs", inherit: true, rules: rules(LIGHT), colors: colours("#55606b", "#f1f1ef") });
  monaco.editor.defineTheme("dovetail-dark", { base: "vs-dark", inherit: true, rules: rules(DARK), colors: colours("#a3adb6", "#2a2f33") });
}

export function themeOf(wanted: Theme): string {
  const dark = wanted === "dark" || (wanted === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  return dark ? "dovetail-dark" : "dovetail-light";
}
