// One text of one editor at the language server: opened, kept in step, and opened anew when the connection was lost.
import * as monaco from "monaco-editor/editor";
import type * as lsp from "vscode-languageserver-types";
import { marker, range, workspaceEdit } from "./convert";
import { Refused, Wire, type Cancellation } from "./rpc";

/** What of an editor the server is told and tells. */
export interface Setting {
  readonly socket: string | (() => string | Promise<string>);
  readonly root?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly readOnly?: boolean;
  onStatus?(status: Status): void;
  onShowDocument?(uri: string, place: monaco.IRange | undefined): void;
  onMessage?(text: string, kind: "error" | "warning" | "info"): void;
}

/** `connection` is that with the server; `identifier` names the integration that is offline or back. */
export type Status =
  | { readonly kind: "connection"; readonly state: "connecting" | "ready" | "lost" }
  | { readonly kind: "integration"; readonly identifier: string; readonly state: string; readonly detail: string };

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly lsp.Diagnostic[];
}

const CAPABILITIES = {
  general: { positionEncodings: ["utf-16"] },
  window: { showDocument: { support: true } },
  workspace: {
    applyEdit: true,
    configuration: true,
    workspaceEdit: { documentChanges: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    semanticTokens: { refreshSupport: true },
  },
  textDocument: {
    synchronization: {},
    completion: {
      completionItem: {
        snippetSupport: true,
        labelDetailsSupport: true,
        documentationFormat: ["markdown", "plaintext"],
        resolveSupport: { properties: ["documentation"] },
      },
    },
    hover: { contentFormat: ["markdown", "plaintext"] },
    signatureHelp: { signatureInformation: { documentationFormat: ["markdown", "plaintext"] } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "refactor", "source"] } },
      dataSupport: true,
      resolveSupport: { properties: ["edit"] },
    },
    publishDiagnostics: { versionSupport: true, tagSupport: { valueSet: [1, 2] } },
    documentLink: { tooltipSupport: true },
    rename: { prepareSupport: true },
    inlayHint: {},
    linkedEditingRange: {},
    colorProvider: {},
    semanticTokens: { requests: { full: true }, tokenTypes: [], tokenModifiers: [], formats: ["relative"] },
  },
};

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const KINDS = ["error", "error", "warning", "info", "info", "info"] as const;

const sessions = new Map<string, Session>();

/** The session of the text that a provider is asked about. */
export function sessionOf(model: monaco.editor.ITextModel): Session | undefined {
  return sessions.get(model.uri.toString());
}

export class Session {
  readonly refreshed = new monaco.Emitter<void>();
  /** The connection that is being made, and, once the text is open at the server, the one that is asked. */
  private opening: Wire | undefined;
  private wire: Wire | undefined;
  private ready = promised<Wire>();
  private wait = FIRST_WAIT;
  private ended = false;
  private fresh = true;
  private readonly listening: monaco.IDisposable;

  constructor(
    readonly model: monaco.editor.ITextModel,
    private readonly setting: Setting,
  ) {
    sessions.set(model.uri.toString(), this);
    this.listening = model.onDidChangeContent((event) => this.changed(event));
    void this.connect();
  }

  get uri(): string {
    return this.model.uri.toString();
  }

  /**
   * What the server answers about this text; undefined when it has no answer or cannot be reached now. Monaco asks for
   * colours and folds once, before the first connection stands: that one is waited for.
   */
  async ask<T>(method: string, params: object, token?: Cancellation): Promise<T | undefined> {
    try {
      const wire = this.wire ?? (this.fresh ? await this.ready.promise : undefined);
      if (wire === undefined || token?.isCancellationRequested === true) {
        return undefined;
      }
      return await wire.request<T>(method, { textDocument: { uri: this.uri }, ...params }, token);
    } catch (error) {
      if (error instanceof Refused) {
        return undefined;
      }
      throw error;
    }
  }

  /** Like `ask`, of what the user ordered: it waits for a connection, and its refusal is for the user to read. */
  async order<T>(method: string, params: object, token?: Cancellation): Promise<T> {
    const wire = await this.ready.promise;
    return wire.request<T>(method, params, token);
  }

  execute(command: string, given: readonly unknown[]): Promise<unknown> {
    return this.order("workspace/executeCommand", { command, arguments: given });
  }

  dispose(): void {
    this.ended = true;
    sessions.delete(this.uri);
    this.listening.dispose();
    this.wire?.notify("textDocument/didClose", { textDocument: { uri: this.uri } });
    (this.wire ?? this.opening)?.close();
    this.ready.reject(new Refused(0, "the editor was closed"));
    this.refreshed.dispose();
  }

  private async connect(): Promise<void> {
    this.tell({ kind: "connection", state: "connecting" });
    try {
      const given = this.setting.socket;
      const address = typeof given === "string" ? given : await given();
      if (this.ended) {
        return;
      }
      const socket = new WebSocket(address);
      const wire = new Wire(socket, this.handlers(), () => this.lost());
      this.opening = wire;
      socket.addEventListener("open", () => void (this.ended ? wire.close() : this.begin(wire).catch(() => wire.close())));
    } catch {
      this.lost();
    }
  }

  private async begin(wire: Wire): Promise<void> {
    const root = this.setting.root ?? null;
    await wire.request("initialize", {
      processId: null,
      clientInfo: { name: "dovetail-editor" },
      rootUri: root,
      workspaceFolders: root === null ? null : [{ uri: root, name: "mails" }],
      capabilities: CAPABILITIES,
      initializationOptions: this.setting.settings ?? {},
    });
    if (this.ended) {
      return;
    }
    wire.notify("initialized", {});
    const document = { uri: this.uri, languageId: "smarty", version: this.model.getVersionId(), text: this.model.getValue() };
    wire.notify("textDocument/didOpen", { textDocument: document });
    this.wire = wire;
    this.fresh = false;
    this.wait = FIRST_WAIT;
    this.ready.resolve(wire);
    this.tell({ kind: "connection", state: "ready" });
    this.refreshed.fire();
  }

  private lost(): void {
    if (this.ended) {
      return;
    }
    if (this.wire !== undefined) {
      this.wire = undefined;
      this.ready = promised();
    }
    this.tell({ kind: "connection", state: "lost" });
    // Not all pages of a server that starts anew come back in the same moment.
    setTimeout(() => void (this.ended || this.connect()), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  private changed(event: monaco.editor.IModelContentChangedEvent): void {
    const contentChanges = event.changes.map((change) => ({
      range: {
        start: { line: change.range.startLineNumber - 1, character: change.range.startColumn - 1 },
        end: { line: change.range.endLineNumber - 1, character: change.range.endColumn - 1 },
      },
      text: change.text,
    }));
    this.wire?.notify("textDocument/didChange", { textDocument: { uri: this.uri, version: event.versionId }, contentChanges });
  }

  private tell(status: Status): void {
    this.setting.onStatus?.(status);
  }

  private handlers(): ReadonlyMap<string, (params: unknown) => unknown> {
    const refresh = (): null => (this.refreshed.fire(), null);
    return new Map<string, (params: unknown) => unknown>([
      ["textDocument/publishDiagnostics", (params) => this.published(params as Published)],
      ["workspace/configuration", (params) => (params as { items: unknown[] }).items.map(() => this.setting.settings ?? {})],
      ["workspace/applyEdit", (params) => this.apply((params as { edit: lsp.WorkspaceEdit }).edit)],
      ["window/showDocument", (params) => this.show(params as { uri: string; external?: boolean; selection?: lsp.Range })],
      ["window/showMessage", (params) => this.said(params as { type: number; message: string })],
      ["dovetail/status", (params) => this.tell({ kind: "integration", ...(params as { identifier: string; state: string; detail: string }) })],
      ["workspace/inlayHint/refresh", refresh],
      ["workspace/codeLens/refresh", refresh],
      ["workspace/semanticTokens/refresh", refresh],
    ]);
  }

  private published({ uri, diagnostics }: Published): void {
    if (!this.ended && monaco.Uri.parse(uri).toString() === this.uri) {
      monaco.editor.setModelMarkers(this.model, "dovetail", diagnostics.map(marker));
    }
  }

  private apply(edit: lsp.WorkspaceEdit): { applied: boolean; failureReason?: string } {
    if (this.setting.readOnly === true) {
      return { applied: false, failureReason: "the text is only to be read" };
    }
    try {
      const edits = workspaceEdit(edit).edits as monaco.languages.IWorkspaceTextEdit[];
      for (const model of monaco.editor.getModels()) {
        const changes = edits.filter((each) => each.resource.toString() === model.uri.toString());
        if (changes.length > 0) {
          model.pushStackElement();
          model.pushEditOperations(null, changes.map((each) => each.textEdit), () => null);
          model.pushStackElement();
        }
      }
      return { applied: edits.length > 0 };
    } catch (error) {
      if (error instanceof Refused) {
        return { applied: false, failureReason: error.message };
      }
      throw error;
    }
  }

  private show(given: { uri: string; external?: boolean; selection?: lsp.Range }): { success: boolean } {
    if (given.external === true && !/^https?:/.test(given.uri)) {
      return { success: false };
    }
    this.setting.onShowDocument?.(given.uri, given.selection === undefined ? undefined : range(given.selection));
    return { success: this.setting.onShowDocument !== undefined };
  }

  private said(given: { type: number; message: string }): void {
    this.say(given.message, KINDS[given.type] ?? "info");
  }

  /** A sentence for the user. */
  say(text: string, kind: "error" | "warning" | "info"): void {
    this.setting.onMessage?.(text, kind);
  }
}

/** A promise that may be refused without anybody waiting for it. */
function promised<T>(): PromiseWithResolvers<T> {
  const made = Promise.withResolvers<T>();
  made.promise.catch(() => undefined);
  return made;
}
