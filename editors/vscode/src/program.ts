// Where the program `dovetail` is.
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";

export interface Program {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** Where it was looked for in vain: the value of the setting, or nothing when that is empty. */
export interface Missing {
  readonly setting: string;
}

const WINDOWS = process.platform === "win32";
const SCRIPTS = WINDOWS ? "Scripts" : "bin";
const NAME = WINDOWS ? "dovetail.exe" : "dovetail";

/** The program of the setting; else of the chosen Python, of a virtual environment in the workspace, or on the path. */
export async function findProgram(): Promise<Program | Missing> {
  const settings = vscode.workspace.getConfiguration("dovetail");
  const setting = (settings.get<string>("path") ?? "").trim();
  const given = settings.get<string[]>("arguments") ?? [];
  const command = setting === "" ? await firstProgram(await places()) : await named(setting);
  // Empty arguments would start `dovetail` as a command that prints its help.
  return command === undefined ? { setting } : { command, arguments: given.length > 0 ? given : ["lsp"] };
}

async function named(setting: string): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const written = setting.replace("${workspaceFolder}", folder).replace(/^~(?=[/\\])/, os.homedir());
  if (/[/\\]/.test(written)) {
    return (await isProgram(written)) ? written : undefined;
  }
  const name = WINDOWS && path.extname(written) === "" ? `${written}.exe` : written;
  return firstProgram(onPath(), name);
}

async function places(): Promise<readonly string[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  const environments = folders.flatMap((folder) =>
    [".venv", "venv"].map((name) => path.join(folder.uri.fsPath, name, SCRIPTS)),
  );
  const chosen = await chosenPython();
  // Programs that pipx or `pip install --user` wrote, when VS Code was started from a menu and not from a shell.
  const own = WINDOWS ? [] : [path.join(os.homedir(), ".local", "bin")];
  return [...(chosen === undefined ? [] : [chosen]), ...environments, ...onPath(), ...own];
}

function onPath(): readonly string[] {
  return (process.env["PATH"] ?? "").split(path.delimiter).filter((place) => place !== "");
}

/** The part of the Python extension's interface that is used here. */
interface PythonExtension {
  readonly environments?: { getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string } };
}

/** The folder with the programs of the environment that is chosen in the Python extension, if there is that extension. */
async function chosenPython(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  try {
    const exported = await extension.activate();
    const chosen = exported.environments?.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri).path;
    // Either the interpreter or the environment's folder; `python` alone says nothing.
    if (chosen === undefined || !path.isAbsolute(chosen)) {
      return undefined;
    }
    return (await fs.stat(chosen)).isDirectory() ? path.join(chosen, SCRIPTS) : path.dirname(chosen);
  } catch {
    // Python's extension has troubles of its own and tells them itself.
    return undefined;
  }
}

async function firstProgram(folders: readonly string[], name = NAME): Promise<string | undefined> {
  for (const folder of folders) {
    const command = path.join(folder, name);
    if (await isProgram(command)) {
      return command;
    }
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await fs.access(file, WINDOWS ? fs.constants.F_OK : fs.constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}
