// The language server's process: started, restarted, and what is said when it cannot be.
import * as vscode from "vscode";
import { RevealOutputChannelOn, State, type LanguageClientOptions } from "vscode-languageclient/node";
import { withCursor } from "./closing";
import { findProgram, type Missing, type Program } from "./program";
import { Crashes, LEFT_ALONE, QuietClient } from "./quietClient";
import { forServer } from "./settings";
import type { IntegrationStatus, StatusItem } from "./status";

export const LANGUAGE = "smarty";
const INSTALL = "pip install dovetail-mail";
const COPY = "Copy the Command";
const SETTING = "Open the Setting";
const OUTPUT = "Show the Output";

export class Server implements vscode.Disposable {
  private readonly output = vscode.window.createOutputChannel("Dovetail");
  private client: QuietClient | undefined;
  private turn: Promise<void> = Promise.resolve();
  private wanted = false;
  private readonly crashes = new Crashes();

  /** `chooseSample` asks the user; the server's own question has room for a few recipients only. */
  constructor(
    private readonly status: StatusItem,
    private readonly chooseSample: (uri: string) => Promise<void>,
  ) {}

  /** Start it the first time that it is wanted: who was told that it cannot start is not told at each file. */
  async start(): Promise<void> {
    if (!this.wanted) {
      await this.restart();
    }
  }

  /** What it depends on has changed. */
  async changed(): Promise<void> {
    if (this.wanted) {
      await this.restart();
    }
  }

  restart(): Promise<void> {
    this.wanted = true;
    return this.next(async () => {
      await this.end();
      await this.launch();
    });
  }

  /** A command of the server; undefined, with a sentence for the user, when it does not run. */
  async run<Answer>(command: string, ...given: readonly string[]): Promise<Answer | undefined> {
    // One that is being started answers soon.
    await this.turn;
    if (this.client?.state !== State.Running) {
      void vscode.window.showWarningMessage("The language server of Dovetail does not run; its output says why.");
      this.show();
      return undefined;
    }
    return this.client.sendRequest<Answer>("workspace/executeCommand", { command, arguments: given });
  }

  show(): void {
    this.output.show(true);
  }

  async stop(): Promise<void> {
    await this.next(() => this.end());
  }

  dispose(): void {
    this.output.dispose();
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(work).catch((error: unknown) => this.output.appendLine(String(error)));
    return this.turn;
  }

  private async launch(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      this.status.server("waiting", "The language server starts once this folder is trusted.");
      return;
    }
    this.status.server("starting", "The language server is being started.");
    const program = await findProgram();
    if ("setting" in program) {
      this.status.server("failed", missingSentence(program));
      // Not waited for: a message that nobody answers must not keep a restart waiting.
      void adviseInstallation(program);
      return;
    }
    await this.connect(program);
  }

  private async connect(program: Program): Promise<void> {
    const cwd = vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === "file")?.uri.fsPath;
    const executable = { command: program.command, args: [...program.arguments], ...(cwd === undefined ? {} : { options: { cwd } }) };
    let ran = false;
    const client = new QuietClient("dovetail", "Dovetail", executable, {
      ...this.options(),
      errorHandler: LEFT_ALONE,
      initializationFailedHandler: () => false,
    });
    client.onNotification("dovetail/status", (told: IntegrationStatus) => this.status.integration(told));
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client) {
        return;
      }
      if (newState === State.Running) {
        ran = true;
        this.status.server("ok", `${program.command} answers.`);
      } else if (newState === State.Stopped) {
        const sentence = `\`${program.command}\` has stopped. Its output says why.`;
        this.status.server("failed", sentence);
        if (ran) {
          void (this.crashes.again() ? this.restart() : this.adviseOutput(sentence));
        }
      }
    });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.output.appendLine(String(error));
      const sentence = `\`${program.command}\` does not start as a language server. Its output says why.`;
      this.status.server("failed", sentence);
      void this.adviseOutput(sentence);
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch {
      // One that never started cannot be stopped.
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [
        { language: LANGUAGE, scheme: "file" },
        { language: LANGUAGE, scheme: "untitled" },
        { scheme: "file", pattern: "**/followups/*.toml" },
      ],
      initializationOptions: forServer(),
      synchronize: { configurationSection: "dovetail" },
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // Live values come from shops: no commands and no HTML in what is shown of them.
      markdown: { isTrusted: false, supportHtml: false },
      middleware: {
        workspace: {
          configuration: (wanted) =>
            wanted.items.map((item) => forServer(item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri))),
        },
        provideOnTypeFormattingEdits: async (document, position, key, format, token, next) =>
          withCursor(document, position, key, await next(document, position, key, format, token)),
        executeCommand: async (command, given, next) => {
          const [uri, label] = given as unknown[];
          if (command === "dovetail.chooseSample" && typeof uri === "string" && !label) {
            await this.chooseSample(uri);
            return undefined;
          }
          return (await next(command, given)) as unknown;
        },
      },
    };
  }

  private async adviseOutput(sentence: string): Promise<void> {
    const chosen = await vscode.window.showErrorMessage(sentence, OUTPUT, SETTING);
    if (chosen === OUTPUT) {
      this.show();
    } else if (chosen === SETTING) {
      await openSetting();
    }
  }
}

function missingSentence({ setting }: Missing): string {
  return setting === ""
    ? `The program dovetail was not found. Install it with \`${INSTALL}\`, or say in the settings where it is.`
    : `There is no program ${setting}, which the setting dovetail.path names. Mend the setting, or empty it and install with \`${INSTALL}\`.`;
}

async function adviseInstallation(missing: Missing): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(missingSentence(missing), COPY, SETTING);
  if (chosen === COPY) {
    await vscode.env.clipboard.writeText(INSTALL);
  } else if (chosen === SETTING) {
    await openSetting();
  }
}

function openSetting(): Thenable<unknown> {
  // Where the program runs elsewhere, the setting is one of that machine.
  return vscode.env.remoteName === undefined
    ? vscode.commands.executeCommand("workbench.action.openSettings", "dovetail.path")
    : vscode.commands.executeCommand("workbench.action.openRemoteSettings", { query: "dovetail.path" });
}
