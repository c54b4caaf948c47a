// What the language server is told of the settings.
import * as vscode from "vscode";

/** The settings that the server reads; the others are this client's own business. */
const KNOWN = ["inlayHints", "closeTags", "hidePersonalData", "severities", "mailClients"] as const;

/** Settings that somebody set: a default of ours would stand over what dovetail.toml says for everybody. */
export function forServer(scope?: vscode.Uri): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration("dovetail", scope);
  const given: Record<string, unknown> = {};
  for (const name of KNOWN) {
    const where = settings.inspect(name);
    const set = [where?.globalValue, where?.workspaceValue, where?.workspaceFolderValue];
    if (set.some((value) => value !== undefined)) {
      given[name] = settings.get(name);
    }
  }
  return given;
}
