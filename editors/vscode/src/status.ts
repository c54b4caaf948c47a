// One item in the status bar for the server and all its integrations; nothing pops up for a shop that fails.
import * as vscode from "vscode";

/** What the server tells of an integration (`dovetail/status`). */
export interface Status {
  readonly identifier: string;
  readonly state: "ok" | "offline";
  readonly text: string;
  readonly detail: string;
}

const ICONS = { ok: "$(check)", waiting: "$(lock)", failed: "$(error)", offline: "$(warning)" } as const;

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("dovetail.status", vscode.StatusBarAlignment.Right, 10);
  private readonly offline = new Map<string, Status>();
  private server: { state: keyof typeof ICONS; text: string; detail: string } | undefined;

  constructor(command: string) {
    this.item.name = "Dovetail";
    this.item.command = command;
  }

  /** The state of the server itself. */
  say(state: keyof typeof ICONS, text: string, detail: string): void {
    this.server = { state, text, detail };
    this.show();
  }

  /** The state of one integration. */
  tell(status: Status): void {
    if (status.state === "offline") {
      this.offline.set(status.identifier, status);
    } else {
      this.offline.delete(status.identifier);
    }
    this.show();
  }

  forget(): void {
    this.offline.clear();
    this.item.hide();
  }

  dispose(): void {
    this.item.dispose();
  }

  private show(): void {
    if (this.server === undefined) {
      return;
    }
    const names = [...this.offline.keys()].sort();
    const offline = this.server.state === "ok" && names.length > 0;
    this.item.text = `${ICONS[offline ? "offline" : this.server.state]} ${offline ? `${names.join(", ")}: offline` : this.server.text}`;
    this.item.tooltip = offline ? names.map((name) => this.offline.get(name)?.detail).join("\n") : this.server.detail;
    const warning = offline || this.server.state === "failed";
    this.item.backgroundColor = warning ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.show();
  }
}
