// The commands of the palette and of the status item.
import * as vscode from "vscode";
import { LANGUAGE, type Server } from "./server";

export function registerCommands(server: Server): vscode.Disposable[] {
  const own: Readonly<Record<string, () => unknown>> = {
    openPreview: () => aboutActive((uri) => server.run("dovetail.preview", uri)),
    pickSample: () => aboutActive((uri) => pickSample(server, uri)),
    askAnew: () => server.run("dovetail.refreshData"),
    showUsed: () => aboutActive((uri, editor) => showUsed(server, uri, editor)),
    restart: () => server.restart(),
    showOutput: () => server.show(),
    showMenu,
  };
  return Object.entries(own).map(([name, run]) => vscode.commands.registerCommand(`dovetail.${name}`, run));
}

function aboutActive(work: (uri: string, editor: vscode.TextEditor) => Promise<unknown>): unknown {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === LANGUAGE) {
    return work(editor.document.uri.toString(), editor);
  }
  return vscode.window.showInformationMessage("Open a template (language Smarty) first.");
}

/** Have the user choose the recipient as whom mails are shown. */
export async function pickSample(server: Server, uri: string): Promise<void> {
  const labels = await server.run<readonly string[] | null>("dovetail.listSamples", uri);
  if (labels === undefined) {
    return;
  }
  if (labels === null || labels.length === 0) {
    const none = "There is no sample recipient yet: name a file of them as `sample` under [lint] in dovetail.toml.";
    void vscode.window.showInformationMessage(none);
    return;
  }
  const items = labels.map((label, at) => ({ label, description: at === 0 ? "now" : "" }));
  const chosen = await vscode.window.showQuickPick(items, { title: "Show the mail as for which recipient?" });
  if (chosen !== undefined) {
    await server.run("dovetail.chooseSample", uri, chosen.label);
  }
}

/** The live variables of a mail; the chosen one is looked up in the text. */
async function showUsed(server: Server, uri: string, editor: vscode.TextEditor): Promise<void> {
  const paths = await server.run<readonly string[] | null>("dovetail.usedVariables", uri);
  if (paths === undefined) {
    return;
  }
  if (paths === null || paths.length === 0) {
    void vscode.window.showInformationMessage("This mail uses no live variables.");
    return;
  }
  const chosen = await vscode.window.showQuickPick([...paths], { title: "Live variables of this mail" });
  if (chosen === undefined) {
    return;
  }
  const at = editor.document.getText().indexOf(`$${chosen.replace(/^\$/, "")}`);
  if (at >= 0) {
    const start = editor.document.positionAt(at);
    const shown = await vscode.window.showTextDocument(editor.document, editor.viewColumn);
    shown.selection = new vscode.Selection(start, start);
    shown.revealRange(new vscode.Range(start, start));
  }
}

/** What can be done about the state that the status item shows. */
async function showMenu(): Promise<void> {
  const items = [
    { label: "$(refresh) Refresh Live Data", command: "dovetail.askAnew" },
    { label: "$(open-preview) Preview the Mail", command: "dovetail.openPreview" },
    { label: "$(account) Choose the Sample Recipient", command: "dovetail.pickSample" },
    { label: "$(debug-restart) Restart the Language Server", command: "dovetail.restart" },
    { label: "$(output) Show the Output", command: "dovetail.showOutput" },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: "Dovetail" });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
