// Between the protocol's values and Monaco's: the protocol counts lines and columns from 0, Monaco from 1.
import * as monaco from "monaco-editor/editor";
import type * as lsp from "vscode-languageserver-types";
import { Refused } from "./rpc";

export function position(given: monaco.IPosition): lsp.Position {
  return { line: given.lineNumber - 1, character: given.column - 1 };
}

export function range(given: lsp.Range): monaco.Range {
  return new monaco.Range(given.start.line + 1, given.start.character + 1, given.end.line + 1, given.end.character + 1);
}

export function spot(given: lsp.Position): monaco.Position {
  return new monaco.Position(given.line + 1, given.character + 1);
}

export function asked(given: monaco.IRange): lsp.Range {
  return {
    start: { line: given.startLineNumber - 1, character: given.startColumn - 1 },
    end: { line: given.endLineNumber - 1, character: given.endColumn - 1 },
  };
}

/** Texts come from templates and shops: neither HTML nor commands in them mean anything. */
export function markdown(given: lsp.MarkupContent | lsp.MarkedString | string): monaco.IMarkdownString {
  const plain = { isTrusted: false, supportHtml: false };
  if (typeof given === "string") {
    return { value: escaped(given), ...plain };
  }
  if ("kind" in given) {
    return { value: given.kind === "markdown" ? given.value : escaped(given.value), ...plain };
  }
  return { value: `\`\`\`${given.language}\n${given.value}\n\`\`\``, ...plain };
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>&|~]/g, "\\$&").replace(/\n/g, "  \n");
}

export function textEdits(given: readonly lsp.TextEdit[] | null): monaco.languages.TextEdit[] {
  return (given ?? []).map((edit) => ({ range: range(edit.range), text: edit.newText }));
}

/**
 * A change of texts that are open in this page. One that needs other texts too, or that was made for an older text, is
 * refused as a whole: half of a rename is worse than none.
 */
export function workspaceEdit(given: lsp.WorkspaceEdit | null): monaco.languages.WorkspaceEdit {
  const edits: monaco.languages.IWorkspaceTextEdit[] = [];
  const add = (uri: string, changes: readonly lsp.TextEdit[], version: number | null = null): void => {
    const model = monaco.editor.getModel(monaco.Uri.parse(uri));
    if (model === null) {
      throw new Refused(0, `this also changes ${uri.slice(uri.lastIndexOf("/") + 1)}, which is not open here`);
    }
    if (version !== null && version !== model.getVersionId()) {
      throw new Refused(0, "the text was changed meanwhile");
    }
    for (const textEdit of textEdits(changes)) {
      edits.push({ resource: model.uri, textEdit, versionId: undefined });
    }
  };
  for (const change of given?.documentChanges ?? []) {
    if (!("textDocument" in change)) {
      throw new Refused(0, "this makes or moves files, which a page cannot");
    }
    add(change.textDocument.uri, change.edits as lsp.TextEdit[], change.textDocument.version);
  }
  if (given?.documentChanges === undefined) {
    for (const [uri, changes] of Object.entries(given?.changes ?? {})) {
      add(uri, changes);
    }
  }
  return { edits };
}

const MARKERS: Readonly<Record<number, monaco.MarkerSeverity>> = {
  1: monaco.MarkerSeverity.Error,
  2: monaco.MarkerSeverity.Warning,
  3: monaco.MarkerSeverity.Info,
  4: monaco.MarkerSeverity.Hint,
};

export function marker(given: lsp.Diagnostic): monaco.editor.IMarkerData {
  const place = range(given.range);
  return {
    severity: MARKERS[given.severity ?? 1] ?? monaco.MarkerSeverity.Info,
    message: given.message,
    source: given.source ?? "dovetail",
    ...(given.code === undefined ? {} : { code: String(given.code) }),
    ...(given.tags === undefined ? {} : { tags: given.tags as monaco.MarkerTag[] }),
    startLineNumber: place.startLineNumber,
    startColumn: place.startColumn,
    endLineNumber: place.endLineNumber,
    endColumn: place.endColumn,
  };
}

const Kind = monaco.languages.CompletionItemKind;
/** By the protocol's numbers, which begin at 1. */
const KINDS: readonly monaco.languages.CompletionItemKind[] = [
  Kind.Text, Kind.Method, Kind.Function, Kind.Constructor, Kind.Field, Kind.Variable, Kind.Class, Kind.Interface,
  Kind.Module, Kind.Property, Kind.Unit, Kind.Value, Kind.Enum, Kind.Keyword, Kind.Snippet, Kind.Color, Kind.File,
  Kind.Reference, Kind.Folder, Kind.EnumMember, Kind.Constant, Kind.Struct, Kind.Event, Kind.Operator, Kind.TypeParameter,
];

export function kind(given: number | undefined): monaco.languages.CompletionItemKind {
  return KINDS[(given ?? 1) - 1] ?? Kind.Text;
}
