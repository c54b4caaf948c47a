// Completion as the server ranks it: its order, its filter, its edits; asked again while a list is not all.
import * as monaco from "monaco-editor/editor";
import type * as lsp from "vscode-languageserver-types";
import { kind, markdown, position, range, textEdits } from "./convert";
import { sessionOf } from "./session";

const SNIPPET = 2;
const AGAIN = "editor.action.triggerSuggest";

interface Known extends monaco.languages.CompletionItem {
  readonly given: lsp.CompletionItem;
  readonly model: monaco.editor.ITextModel;
}

export const completion: monaco.languages.CompletionItemProvider = {
  triggerCharacters: [".", "$", "{", "|", ":", "[", '"', "'", "/", "<", " ", "#", "=", ">"],

  async provideCompletionItems(model, at, context, token) {
    const triggered = context.triggerKind + 1;
    const asked = {
      position: position(at),
      context: { triggerKind: triggered, ...(context.triggerCharacter ? { triggerCharacter: context.triggerCharacter } : {}) },
    };
    const found = await sessionOf(model)?.ask<lsp.CompletionList | null>("textDocument/completion", asked, token);
    if (!found) {
      return undefined;
    }
    return {
      // Monaco asks again at the next key for a list that is not all.
      incomplete: found.isIncomplete,
      suggestions: found.items.map((item) => suggestion(item, model, at)),
    };
  },

  async resolveCompletionItem(item, token) {
    const { given, model } = item as Known;
    const resolved = await sessionOf(model)?.ask<lsp.CompletionItem>("completionItem/resolve", given, token);
    if (resolved?.documentation !== undefined) {
      item.documentation = markdown(resolved.documentation);
    }
    return item;
  },
};

function suggestion(item: lsp.CompletionItem, model: monaco.editor.ITextModel, at: monaco.Position): Known {
  const edit = item.textEdit as lsp.TextEdit | undefined;
  const word = model.getWordUntilPosition(at);
  const place = edit ? range(edit.range) : new monaco.Range(at.lineNumber, word.startColumn, at.lineNumber, at.column);
  return {
    label: {
      label: item.label,
      ...(item.labelDetails?.detail ? { detail: item.labelDetails.detail } : {}),
      ...(item.labelDetails?.description ? { description: item.labelDetails.description } : {}),
    },
    kind: kind(item.kind),
    ...(item.detail === undefined ? {} : { detail: item.detail }),
    ...(item.documentation === undefined ? {} : { documentation: markdown(item.documentation) }),
    ...(item.sortText === undefined ? {} : { sortText: item.sortText }),
    ...(item.filterText === undefined ? {} : { filterText: item.filterText }),
    ...(item.tags?.includes(1) || item.deprecated ? { tags: [monaco.languages.CompletionItemTag.Deprecated] } : {}),
    insertText: edit?.newText ?? item.insertText ?? item.label,
    ...(item.insertTextFormat === SNIPPET ? { insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet } : {}),
    range: place,
    additionalTextEdits: textEdits(item.additionalTextEdits ?? null),
    // The only command of a completion is to go on; a server's word runs no other in this page.
    ...(item.command?.command === AGAIN ? { command: { id: AGAIN, title: "" } } : {}),
    given: item,
    model,
  };
}
