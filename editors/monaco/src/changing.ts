// What changes a text: fixes, names, formats, and pairs of tags that are edited together.
import * as monaco from "monaco-editor/editor";
import type * as lsp from "vscode-languageserver-types";
import { asked, marker, position, range, textEdits, workspaceEdit } from "./convert";
import { Refused } from "./rpc";
import { sessionOf } from "./session";

interface LinkedRanges {
  readonly ranges: lsp.Range[];
  readonly wordPattern?: string;
}

interface Action extends monaco.languages.CodeAction {
  readonly given: lsp.CodeAction;
  readonly model: monaco.editor.ITextModel;
}

export const actions: monaco.languages.CodeActionProvider = {
  async provideCodeActions(model, area, context, token) {
    const diagnostics = context.markers.map((each) => ({
      range: asked(each),
      message: each.message,
      source: each.source,
      code: typeof each.code === "string" ? each.code : each.code?.value,
    }));
    const given = { range: asked(area), context: { diagnostics, ...(context.only ? { only: [context.only] } : {}) } };
    const found = await sessionOf(model)?.ask<lsp.CodeAction[] | null>("textDocument/codeAction", given, token);
    return { actions: (found ?? []).map((each) => action(each, model)), dispose: () => undefined };
  },

  async resolveCodeAction(item, token) {
    const { given, model } = item as Action;
    if (item.edit === undefined) {
      const resolved = await sessionOf(model)?.ask<lsp.CodeAction>("codeAction/resolve", given, token);
      item.edit = workspaceEdit(resolved?.edit ?? null);
    }
    return item;
  },
};

function action(given: lsp.CodeAction, model: monaco.editor.ITextModel): Action {
  return {
    title: given.title,
    ...(given.kind === undefined ? {} : { kind: given.kind }),
    ...(given.edit === undefined ? {} : { edit: workspaceEdit(given.edit) }),
    ...(given.isPreferred === undefined ? {} : { isPreferred: given.isPreferred }),
    ...(given.disabled === undefined ? {} : { disabled: given.disabled.reason }),
    ...(given.diagnostics === undefined ? {} : { diagnostics: given.diagnostics.map(marker) }),
    given,
    model,
  };
}

export const rename: monaco.languages.RenameProvider = {
  async provideRenameEdits(model, at, newName) {
    try {
      const wanted = { textDocument: { uri: model.uri.toString() }, position: position(at), newName };
      const found = await sessionOf(model)?.order<lsp.WorkspaceEdit | null>("textDocument/rename", wanted);
      return workspaceEdit(found ?? null);
    } catch (error) {
      return { edits: [], rejectReason: error instanceof Refused ? error.message : "there was no answer" };
    }
  },
};

function options(given: monaco.languages.FormattingOptions): object {
  return { options: { tabSize: given.tabSize, insertSpaces: given.insertSpaces } };
}

export const formatting: monaco.languages.DocumentFormattingEditProvider = {
  async provideDocumentFormattingEdits(model, given, token) {
    return textEdits((await sessionOf(model)?.ask<lsp.TextEdit[] | null>("textDocument/formatting", options(given), token)) ?? null);
  },
};

export const rangeFormatting: monaco.languages.DocumentRangeFormattingEditProvider = {
  async provideDocumentRangeFormattingEdits(model, area, given, token) {
    const wanted = { range: asked(area), ...options(given) };
    return textEdits((await sessionOf(model)?.ask<lsp.TextEdit[] | null>("textDocument/rangeFormatting", wanted, token)) ?? null);
  },
};

export const typeFormatting: monaco.languages.OnTypeFormattingEditProvider = {
  autoFormatTriggerCharacters: ["/", "*", ">"],
  async provideOnTypeFormattingEdits(model, at, ch, given, token) {
    const wanted = { position: position(at), ch, ...options(given) };
    return textEdits((await sessionOf(model)?.ask<lsp.TextEdit[] | null>("textDocument/onTypeFormatting", wanted, token)) ?? null);
  },
};

export const linked: monaco.languages.LinkedEditingRangeProvider = {
  async provideLinkedEditingRanges(model, at, token) {
    const found = await sessionOf(model)?.ask<LinkedRanges | null>("textDocument/linkedEditingRange", { position: position(at) }, token);
    if (!found) {
      return null;
    }
    return { ranges: found.ranges.map(range), ...(found.wordPattern ? { wordPattern: new RegExp(found.wordPattern) } : {}) };
  },
};
