// Another extension may claim .tpl: then nothing works, and nobody knows why.
import * as vscode from "vscode";
import { LANGUAGE } from "./server";

const TOLD = "dovetail.otherOwner";
const CHOOSE = "Use Smarty for .tpl";

/** Say so the first time that it is seen, and never again. */
export function warnOfOtherOwner(memory: vscode.Memento): vscode.Disposable {
  const look = (document: vscode.TextDocument): void => {
    const other = document.languageId !== LANGUAGE && document.uri.scheme === "file";
    if (other && document.uri.path.endsWith(".tpl") && !memory.get<boolean>(TOLD)) {
      void memory.update(TOLD, true);
      void advise(document);
    }
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.workspace.onDidOpenTextDocument(look);
}

async function advise(document: vscode.TextDocument): Promise<void> {
  const sentence = `Files that end in .tpl are opened as ${document.languageId}, and Dovetail knows Smarty only.`;
  if ((await vscode.window.showInformationMessage(sentence, CHOOSE)) === CHOOSE) {
    const files = vscode.workspace.getConfiguration("files");
    const now = files.inspect<Record<string, string>>("associations")?.globalValue ?? {};
    await files.update("associations", { ...now, "*.tpl": LANGUAGE }, vscode.ConfigurationTarget.Global);
  }
}
