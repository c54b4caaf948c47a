// Starts `dovetail lsp` once there is a template or a dovetail.toml.
import * as vscode from "vscode";
import { watchAbbreviations } from "./abbreviations";
import { pickSample, registerCommands } from "./commands";
import { warnOfOtherOwner } from "./ownership";
import { LANGUAGE, Server } from "./server";
import { StatusItem } from "./status";

let running: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const status = new StatusItem("dovetail.showMenu");
  const server: Server = new Server(status, (uri) => pickSample(server, uri));
  running = server;
  const ofProgram = ["dovetail.path", "dovetail.arguments"];
  context.subscriptions.push(
    status,
    server,
    ...registerCommands(server),
    warnOfOtherOwner(context.globalState),
    watchAbbreviations(),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.changed()),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (document.languageId === LANGUAGE) {
        void server.start();
      }
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (ofProgram.some((name) => event.affectsConfiguration(name))) {
        void server.changed();
      }
    }),
  );
  // A folder of .tpl files of another kind wakes this extension too, and needs no server.
  if (vscode.workspace.textDocuments.some((each) => each.languageId === LANGUAGE) || (await hasSettings())) {
    await server.start();
  }
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

async function hasSettings(): Promise<boolean> {
  const found = await vscode.workspace.findFiles("**/dovetail.toml", "**/{node_modules,.venv,venv}/**", 1);
  return found.length > 0;
}
