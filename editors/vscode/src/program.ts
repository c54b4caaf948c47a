// Where the program `dovetail` is.
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type * as vscode from "vscode";

export interface Program {
  readonly command: string;
  readonly arguments: readonly string[];
}

const WINDOWS = process.platform === "win32";
const NAME = WINDOWS ? "dovetail.exe" : "dovetail";

/** The program of the setting, of a virtual environment in a folder of the workspace, or on the path. */
export async function found(
  settings: vscode.WorkspaceConfiguration,
  folders: readonly vscode.WorkspaceFolder[],
): Promise<Program | undefined> {
  const given = settings.get<string>("command")?.trim() ?? "";
  const started = settings.get<string[]>("arguments") ?? ["lsp"];
  const first = folders[0]?.uri.fsPath;
  if (given !== "") {
    const command = first === undefined ? given : given.replace("${workspaceFolder}", first);
    return { command, arguments: started };
  }
  const places = [
    ...folders
      .filter((folder) => folder.uri.scheme === "file")
      .flatMap((folder) => [".venv", "venv"].map((name) => path.join(folder.uri.fsPath, name, WINDOWS ? "Scripts" : "bin"))),
    ...(process.env["PATH"] ?? "").split(path.delimiter).filter((place) => place !== ""),
  ];
  for (const place of places) {
    const command = path.join(place, NAME);
    if (await isProgram(command)) {
      return { command, arguments: started };
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
