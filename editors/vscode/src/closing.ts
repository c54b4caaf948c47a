// What the server adds while one types is inserted at the cursor: VS Code would leave the cursor at its end.
import * as vscode from "vscode";

/** Edits of on-type formatting; a single one at the cursor is written here, with the cursor where one goes on. */
export function withCursor(
  document: vscode.TextDocument,
  position: vscode.Position,
  key: string,
  edits: readonly vscode.TextEdit[] | null | undefined,
): vscode.TextEdit[] {
  const [edit, ...others] = edits ?? [];
  const editor = vscode.window.activeTextEditor;
  const here = new vscode.Range(position, position);
  if (
    edit === undefined ||
    others.length > 0 ||
    !edit.range.isEqual(here) ||
    editor?.document !== document ||
    editor.selections.length > 1 ||
    !editor.selection.isEqual(here)
  ) {
    return [...(edits ?? [])];
  }
  const text = edit.newText;
  if (key === "/") {
    // A closing tag is done: behind it, and behind the brace that VS Code wrote.
    const brace = new vscode.Range(position, position.translate(0, 1));
    const written = document.getText(brace) === "}";
    void insert(editor, `${escaped(text)}${written ? "\\}" : ""}$0`, written ? brace : here);
  } else {
    // Within an element; within a comment behind its first blank.
    const blank = text.startsWith(" ") ? 1 : 0;
    void insert(editor, `${text.slice(0, blank)}$0${escaped(text.slice(blank))}`, here);
  }
  return [];
}

function insert(editor: vscode.TextEditor, snippet: string, range: vscode.Range): Thenable<boolean> {
  return editor.insertSnippet(new vscode.SnippetString(snippet), range);
}

function escaped(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}
