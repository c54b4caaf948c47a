// The language server's client: it starts `dovetail lsp`, shows its state, and offers its commands.
import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { found, type Program } from "./program";
import { StatusItem, type Status } from "./status";

const LANGUAGE = "smarty";
const SETTINGS_PAGE = "Open the Setting";
const INSTALL = "pip install dovetail-mail";

let client: LanguageClient | undefined;
let status: StatusItem | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  status = new StatusItem("dovetail.showOutput");
  context.subscriptions.push(
    status,
    vscode.commands.registerCommand("dovetail.openPreview", () => run("dovetail.preview")),
    vscode.commands.registerCommand("dovetail.pickSample", pickSample),
    vscode.commands.registerCommand("dovetail.askAnew", () => run("dovetail.refreshData")),
    vscode.commands.registerCommand("dovetail.showUsed", showUsed),
    vscode.commands.registerCommand("dovetail.restart", restart),
    vscode.commands.registerCommand("dovetail.showOutput", () => client?.outputChannel.show()),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidOpenTextDocument((document) => warnOfOtherOwner(context, document)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("dovetail.command") || event.affectsConfiguration("dovetail.arguments")) {
        void restart();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    status?.say("waiting", "trust this folder for live data", "The language server starts once the folder is trusted.");
    return;
  }
  const program = await found(vscode.workspace.getConfiguration("dovetail"), vscode.workspace.workspaceFolders ?? []);
  if (program === undefined) {
    status?.say("failed", "dovetail was not found", `Install it (${INSTALL}) or name it in dovetail.command.`);
    await adviseInstallation();
    return;
  }
  await connect(program);
}

async function connect(program: Program): Promise<void> {
  const server: ServerOptions = { command: program.command, args: [...program.arguments] };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: LANGUAGE, scheme: "file" },
      { language: LANGUAGE, scheme: "untitled" },
    ],
    initializationOptions: vscode.workspace.getConfiguration("dovetail"),
    synchronize: { configurationSection: "dovetail" },
    outputChannelName: "Dovetail",
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    // Live values come from shops: no commands and no HTML in what is shown of them.
    markdown: { isTrusted: false, supportHtml: false },
  };
  const made = new LanguageClient("dovetail", "Dovetail", server, options);
  made.onNotification("dovetail/status", (told: Status) => status?.tell(told));
  client = made;
  try {
    await made.start();
    status?.say("ok", "dovetail", `${program.command} answers.`);
  } catch (error) {
    status?.say("failed", "dovetail does not start", String(error));
    const chosen = await vscode.window.showErrorMessage(
      `\`${program.command}\` does not start as a language server. Its output says why.`,
      "Show the Output",
      SETTINGS_PAGE,
    );
    if (chosen === "Show the Output") {
      made.outputChannel.show();
    } else if (chosen === SETTINGS_PAGE) {
      await openSetting();
    }
  }
}

async function restart(): Promise<void> {
  const before = client;
  client = undefined;
  status?.forget();
  try {
    await before?.dispose();
  } catch {
    // One that never started cannot be stopped.
  }
  await start();
}

async function adviseInstallation(): Promise<void> {
  const copy = "Copy the Command";
  const chosen = await vscode.window.showWarningMessage(
    `The program dovetail was not found. Install it with \`${INSTALL}\`, or say where it is.`,
    copy,
    SETTINGS_PAGE,
  );
  if (chosen === copy) {
    await vscode.env.clipboard.writeText(INSTALL);
  } else if (chosen === SETTINGS_PAGE) {
    await openSetting();
  }
}

function openSetting(): Thenable<unknown> {
  return vscode.commands.executeCommand("workbench.action.openSettings", "dovetail.command");
}

/** A command of the server, about the text that is being edited. */
async function run(command: string, ...more: readonly string[]): Promise<unknown> {
  const uri = vscode.window.activeTextEditor?.document.uri.toString() ?? "";
  return client?.sendRequest("workspace/executeCommand", { command, arguments: [uri, ...more] });
}

async function pickSample(): Promise<void> {
  const labels = await run("dovetail.listSamples");
  if (!Array.isArray(labels) || labels.length === 0) {
    void vscode.window.showInformationMessage(
      "There is no sample recipient yet: name a file of them under [lint] in dovetail.toml.",
    );
    return;
  }
  const chosen = await vscode.window.showQuickPick(labels.map(String), { title: "Show the mail as for which recipient?" });
  if (chosen !== undefined) {
    await run("dovetail.chooseSample", chosen);
  }
}

async function showUsed(): Promise<void> {
  const paths = await run("dovetail.usedVariables");
  if (!Array.isArray(paths)) {
    return;
  }
  const editor = vscode.window.activeTextEditor;
  const chosen = await vscode.window.showQuickPick(
    paths.map((path) => `$${String(path)}`),
    { title: paths.length > 0 ? "Live variables of this mail" : "This mail uses no live variables" },
  );
  const at = chosen === undefined ? -1 : (editor?.document.getText().indexOf(chosen) ?? -1);
  if (editor !== undefined && chosen !== undefined && at >= 0) {
    const range = new vscode.Range(editor.document.positionAt(at), editor.document.positionAt(at + chosen.length));
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range);
  }
}

/** Another extension may claim .tpl: then nothing works, and nobody knows why. Said once. */
function warnOfOtherOwner(context: vscode.ExtensionContext, document: vscode.TextDocument): void {
  const told = "dovetail.otherOwner";
  if (!document.fileName.endsWith(".tpl") || document.languageId === LANGUAGE || context.globalState.get(told)) {
    return;
  }
  void context.globalState.update(told, true);
  const choose = "Use Dovetail for .tpl";
  void vscode.window
    .showInformationMessage(`Files in .tpl are opened as ${document.languageId}; Dovetail answers for smarty only.`, choose)
    .then(async (chosen) => {
      if (chosen === choose) {
        const files = vscode.workspace.getConfiguration("files");
        const now = files.get<Record<string, string>>("associations") ?? {};
        await files.update("associations", { ...now, "*.tpl": LANGUAGE }, vscode.ConfigurationTarget.Global);
      }
    });
}
