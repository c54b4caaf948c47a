// What is shown about a text without changing it.
import * as monaco from "monaco-editor/editor";
import type * as lsp from "vscode-languageserver-types";
import { RUN } from "./changing";
import { asked, markdown, position, range, spot, textEdits } from "./convert";
import { sessionOf } from "./session";

const languages = monaco.languages;

export const hover: monaco.languages.HoverProvider = {
  async provideHover(model, at, token) {
    const found = await sessionOf(model)?.ask<lsp.Hover | null>("textDocument/hover", { position: position(at) }, token);
    if (!found) {
      return null;
    }
    const contents = Array.isArray(found.contents) ? found.contents : [found.contents];
    return { contents: contents.map(markdown), ...(found.range ? { range: range(found.range) } : {}) };
  },
};

export const signature: monaco.languages.SignatureHelpProvider = {
  signatureHelpTriggerCharacters: ["|", ":", "("],
  signatureHelpRetriggerCharacters: [":", ","],
  async provideSignatureHelp(model, at, token) {
    const found = await sessionOf(model)?.ask<lsp.SignatureHelp | null>("textDocument/signatureHelp", { position: position(at) }, token);
    if (!found) {
      return null;
    }
    const signatures = found.signatures.map((each) => ({
      label: each.label,
      ...(each.documentation ? { documentation: markdown(each.documentation) } : {}),
      parameters: (each.parameters ?? []).map((parameter) => ({
        label: parameter.label,
        ...(parameter.documentation ? { documentation: markdown(parameter.documentation) } : {}),
      })),
    }));
    const value = { signatures, activeSignature: found.activeSignature ?? 0, activeParameter: found.activeParameter ?? 0 };
    return { value, dispose: () => undefined };
  },
};

/** Places in this text: other texts are not open in the page. */
async function places(
  model: monaco.editor.ITextModel,
  method: string,
  params: object,
  token: monaco.CancellationToken,
): Promise<monaco.languages.Location[]> {
  const found = await sessionOf(model)?.ask<lsp.Location[] | lsp.Location | null>(method, params, token);
  const all = found === undefined || found === null ? [] : Array.isArray(found) ? found : [found];
  return all
    .map((each) => ({ uri: monaco.Uri.parse(each.uri), range: range(each.range) }))
    .filter((each) => monaco.editor.getModel(each.uri) !== null);
}

export const definition: monaco.languages.DefinitionProvider = {
  provideDefinition: (model, at, token) => places(model, "textDocument/definition", { position: position(at) }, token),
};

export const typeDefinition: monaco.languages.TypeDefinitionProvider = {
  provideTypeDefinition: (model, at, token) => places(model, "textDocument/typeDefinition", { position: position(at) }, token),
};

export const references: monaco.languages.ReferenceProvider = {
  provideReferences: (model, at, context, token) => places(model, "textDocument/references", { position: position(at), context }, token),
};

export const highlights: monaco.languages.DocumentHighlightProvider = {
  async provideDocumentHighlights(model, at, token) {
    const found = await sessionOf(model)?.ask<lsp.DocumentHighlight[] | null>("textDocument/documentHighlight", { position: position(at) }, token);
    return (found ?? []).map((each) => ({ range: range(each.range), kind: (each.kind ?? 1) - 1 }));
  },
};

export const symbols: monaco.languages.DocumentSymbolProvider = {
  async provideDocumentSymbols(model, token) {
    const found = await sessionOf(model)?.ask<lsp.DocumentSymbol[] | null>("textDocument/documentSymbol", {}, token);
    return (found ?? []).map(symbol);
  },
};

function symbol(given: lsp.DocumentSymbol): monaco.languages.DocumentSymbol {
  return {
    name: given.name,
    detail: given.detail ?? "",
    kind: given.kind - 1,
    tags: [],
    range: range(given.range),
    selectionRange: range(given.selectionRange),
    children: (given.children ?? []).map(symbol),
  };
}

export const folds: monaco.languages.FoldingRangeProvider = {
  async provideFoldingRanges(model, _context, token) {
    const found = await sessionOf(model)?.ask<lsp.FoldingRange[] | null>("textDocument/foldingRange", {}, token);
    return (found ?? []).map((each) => ({
      start: each.startLine + 1,
      end: each.endLine + 1,
      ...(each.kind ? { kind: new languages.FoldingRangeKind(each.kind) } : {}),
    }));
  },
};

export const selection: monaco.languages.SelectionRangeProvider = {
  async provideSelectionRanges(model, positions, token) {
    const given = { positions: positions.map(position) };
    const found = await sessionOf(model)?.ask<lsp.SelectionRange[] | null>("textDocument/selectionRange", given, token);
    return (found ?? []).map((each) => {
      const growing: monaco.languages.SelectionRange[] = [];
      for (let now: lsp.SelectionRange | undefined = each; now !== undefined; now = now.parent) {
        growing.push({ range: range(now.range) });
      }
      return growing;
    });
  },
};

export const links: monaco.languages.LinkProvider = {
  async provideLinks(model, token) {
    const found = await sessionOf(model)?.ask<lsp.DocumentLink[] | null>("textDocument/documentLink", {}, token);
    // Other templates are not open in the page; addresses on the web are.
    const shown = (found ?? []).filter((each) => /^https?:/.test(String(each.target ?? "")));
    return { links: shown.map((each) => ({ range: range(each.range), url: String(each.target), tooltip: each.tooltip ?? "" })) };
  },
};

export const inlays: monaco.languages.InlayHintsProvider = {
  async provideInlayHints(model, area, token) {
    const found = await sessionOf(model)?.ask<lsp.InlayHint[] | null>("textDocument/inlayHint", { range: asked(area) }, token);
    const hints = (found ?? []).map((each) => ({
      label: typeof each.label === "string" ? each.label : each.label.map((part) => part.value).join(""),
      position: spot(each.position),
      ...(each.kind ? { kind: each.kind } : {}),
      ...(each.tooltip ? { tooltip: markdown(each.tooltip) } : {}),
      paddingLeft: each.paddingLeft ?? false,
      paddingRight: each.paddingRight ?? false,
    }));
    return { hints, dispose: () => undefined };
  },
};

export const lenses: monaco.languages.CodeLensProvider = {
  async provideCodeLenses(model, token) {
    const session = sessionOf(model);
    const found = await session?.ask<lsp.CodeLens[] | null>("textDocument/codeLens", {}, token);
    const shown = (found ?? []).map((each) => ({
      range: range(each.range),
      command: { id: RUN, title: each.command?.title ?? "", arguments: [model.uri.toString(), each.command?.command, each.command?.arguments ?? []] },
    }));
    return { lenses: shown, dispose: () => undefined };
  },
};

export const tokens: monaco.languages.DocumentSemanticTokensProvider = {
  // Types and modifiers of our server, in its order; asked before any server has said them.
  getLegend: () => ({
    tokenTypes: ["macro", "variable", "property", "method", "function", "parameter", "string", "number", "operator", "comment", "keyword"],
    tokenModifiers: ["declaration", "readonly", "deprecated", "live", "unknown"],
  }),
  async provideDocumentSemanticTokens(model, _last, token) {
    const found = await sessionOf(model)?.ask<lsp.SemanticTokens | null>("textDocument/semanticTokens/full", {}, token);
    return found ? { data: new Uint32Array(found.data) } : null;
  },
  releaseDocumentSemanticTokens: () => undefined,
};

export const colours: monaco.languages.DocumentColorProvider = {
  async provideDocumentColors(model, token) {
    const found = await sessionOf(model)?.ask<lsp.ColorInformation[] | null>("textDocument/documentColor", {}, token);
    return (found ?? []).map((each) => ({ color: each.color, range: range(each.range) }));
  },
  async provideColorPresentations(model, given, token) {
    const wanted = { color: given.color, range: asked(given.range) };
    const found = await sessionOf(model)?.ask<lsp.ColorPresentation[] | null>("textDocument/colorPresentation", wanted, token);
    return (found ?? []).map((each) => ({ label: each.label, ...(each.textEdit ? { textEdit: textEdits([each.textEdit])[0] } : {}) })) as monaco.languages.IColorPresentation[];
  },
};
