// What changes a text: fixes, names, formats, and pairs of tags that are edited together.
import * as monaco from "monaco-editor/editor";
import type * as lsp from "vscode-languageserver-types";
import { asked, marker, position, range, textEdits, workspaceEdit } from "./convert";
import { Refused } from "./rpc";
import { sessionOf } from "./session";

/** Monaco's command for what the server is to do; language.ts registers it. */
export const RUN = "dovetail.run";

interface LinkedRanges {
  readonly ranges: lsp.Range[];
  readonly wordPattern?: string;
}

type Renamed = lsp.Range | { readonly range: lsp.Range; readonly placeholder: string };

interface Action extends monaco.languages.CodeAction {
  /** Absent for what the server itself does. */
  readonly given?: lsp.CodeAction;
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
    const found = await sessionOf(model)?.ask<(lsp.CodeAction | lsp.Command)[] | null>("textDocument/codeAction", given, token);
    return { actions: (found ?? []).map((each) => action(each, model)), dispose: () => undefined };
  },

  async resolveCodeAction(item, token) {
    const { given, model } = item as Action;
    const session = sessionOf(model);
    if (given === undefined || item.edit !== undefined) {
      return item;
    }
    try {
      const resolved = given.edit || given.command ? given : await session?.ask<lsp.CodeAction>("codeAction/resolve", given, token);
      item.edit = workspaceEdit(resolved?.edit ?? null);
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      session?.say(error.message, "warning");
    }
    return item;
  },
};

function action(given: lsp.CodeAction | lsp.Command, model: monaco.editor.ITextModel): Action {
  const run = (command: lsp.Command): monaco.languages.Command => ({
    id: RUN,
    title: command.title,
    arguments: [model.uri.toString(), command.command, command.arguments ?? []],
  });
  if (typeof given.command === "string") {
    return { title: given.title, command: run(given as lsp.Command), model };
  }
  given = given as lsp.CodeAction;
  return {
    title: given.title,
    ...(given.command === undefined ? {} : { command: run(given.command) }),
    ...(given.kind === undefined ? {} : { kind: given.kind }),
    ...(given.isPreferred === undefined ? {} : { isPreferred: given.isPreferred }),
    ...(given.disabled === undefined ? {} : { disabled: given.disabled.reason }),
    ...(given.diagnostics === undefined ? {} : { diagnostics: given.diagnostics.map(marker) }),
    given,
    model,
  };
}

function refusal(at: monaco.Position, rejectReason: string): monaco.languages.RenameLocation & monaco.languages.Rejection {
  return { range: monaco.Range.fromPositions(at), text: "", rejectReason };
}

export const rename: monaco.languages.RenameProvider = {
  async resolveRenameLocation(model, at, token) {
    const wanted = { textDocument: { uri: model.uri.toString() }, position: position(at) };
    try {
      const found = await sessionOf(model)?.order<Renamed | null>("textDocument/prepareRename", wanted, token);
      if (found) {
        const area = range("range" in found ? found.range : found);
        return { range: area, text: "placeholder" in found ? found.placeholder : model.getValueInRange(area) };
      }
      return refusal(at, "nothing here has a name that can be changed");
    } catch (error) {
      return refusal(at, error instanceof Refused ? error.message : "there was no answer");
    }
  },

  async provideRenameEdits(model, at, newName, token) {
    try {
      const wanted = { textDocument: { uri: model.uri.toString() }, position: position(at), newName };
      const found = await sessionOf(model)?.order<lsp.WorkspaceEdit | null>("textDocument/rename", wanted, token);
      return workspaceEdit(found ?? null);
    } catch (error) {
      const reason = error instanceof Refused ? error.message : "there was no answer";
      // Monaco in a page writes this one where nobody looks.
      sessionOf(model)?.say(reason, "warning");
      return { edits: [], rejectReason: reason };
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
