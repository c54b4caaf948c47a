// Emmet on the Tab key only. Its list of suggestions takes `{$a.name}` for an abbreviation too, and what it offers for
// one stands before the products of the shop: Enter would write `1a.name`.
import * as vscode from "vscode";
import { LANGUAGE } from "./server";

/** For the key in package.json: what stands before the cursor is an abbreviation. */
const KEY = "dovetail.abbreviation";

const ELEMENTS =
  "a|abbr|address|article|aside|b|blockquote|body|br|button|center|code|col|colgroup|dd|div|dl|dt|em|figcaption|figure|" +
  "font|footer|h[1-6]|head|header|hr|html|i|img|li|link|main|meta|nav|ol|p|pre|s|section|small|span|strong|style|sub|" +
  "sup|table|tbody|td|tfoot|th|thead|title|tr|u|ul";

// An element that mails have, or a class or an id; then what Emmet allows, but no tag of a template.
const ABBREVIATION = new RegExp(`(?:^|[\\s>}])(?:(?:${ELEMENTS})(?![\\w-])|[.#][a-z])(?:[\\w.#>+*^:@()$-]|\\[[^\\][]*\\]|\\{[^{}$]*\\})*$`);
const UNFINISHED_TAG = /\{[^{}]*$/;
const LONGEST = 200;

/** Keep the key up to date with the cursor. */
export function watchAbbreviations(): vscode.Disposable {
  let told = false;
  const look = (editor: vscode.TextEditor | undefined): void => {
    const found = editor?.document.languageId === LANGUAGE && standsBefore(editor);
    if (found !== told) {
      told = found;
      void vscode.commands.executeCommand("setContext", KEY, found);
    }
  };
  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => look(textEditor)),
    vscode.window.onDidChangeActiveTextEditor(look),
  );
}

function standsBefore({ document, selection }: vscode.TextEditor): boolean {
  const { line, character } = selection.active;
  const before = document.lineAt(line).text.slice(Math.max(0, character - LONGEST), character);
  const found = ABBREVIATION.exec(before);
  return found !== null && !UNFINISHED_TAG.test(before.slice(0, found.index));
}
