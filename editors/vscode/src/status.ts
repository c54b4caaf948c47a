// One item in the status bar for the server and all its integrations.
import * as vscode from "vscode";

/** What the server tells of an integration (`dovetail/status`). */
export interface IntegrationStatus {
  readonly identifier: string;
  readonly state: "ok" | "offline";
  readonly text: string;
  readonly detail: string;
}

const ICONS = { ok: "$(check)", starting: "$(loading~spin)", waiting: "$(lock)", failed: "$(error)" } as const;

export type ServerState = keyof typeof ICONS;

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("dovetail.status", vscode.StatusBarAlignment.Right, 10);
  private readonly offline = new Map<string, IntegrationStatus>();
  private state: ServerState = "starting";
  private detail = "";

  constructor(command: string) {
    this.item.name = "Dovetail";
    this.item.command = command;
  }

  /** The state of the server itself; what it told of integrations belongs to the one before. */
  server(state: ServerState, detail: string): void {
    this.state = state;
    this.detail = detail;
    this.offline.clear();
    this.show();
  }

  /** The state of one integration. */
  integration(told: IntegrationStatus): void {
    if (told.state === "offline") {
      this.offline.set(told.identifier, told);
    } else {
      this.offline.delete(told.identifier);
    }
    this.show();
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(): void {
    const away = [...this.offline.values()].sort((one, other) => one.identifier.localeCompare(other.identifier));
    if (away.length > 0) {
      this.item.text = `$(warning) Dovetail: ${away.map((each) => each.identifier).join(", ")} offline`;
      this.item.tooltip = away.map((each) => `${each.identifier}: ${each.detail}`).join("\n");
    } else {
      this.item.text = `${ICONS[this.state]} Dovetail`;
      this.item.tooltip = this.detail;
    }
    const colour = this.state === "failed" ? "statusBarItem.errorBackground" : "statusBarItem.warningBackground";
    this.item.backgroundColor =
      this.state === "failed" || away.length > 0 ? new vscode.ThemeColor(colour) : undefined;
    this.item.show();
  }
}
