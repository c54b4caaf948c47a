// The editor of a page: Monaco on an element, its text at the language server.
import * as monaco from "monaco-editor/editor";
import "monaco-editor/features/register.all";
import { LANGUAGE, refresh, register } from "./language";
import { Session, sessionOf, type Setting, type Status } from "./session";
import { defineThemes, themeOf, type Theme } from "./themes";

export type { Status };

export interface Options extends Setting {
  /** The text's address: `file:///mails/newsletter.tpl`; names in it are those that templates include each other by. */
  readonly uri: string;
  readonly text: string;
  readonly theme?: Theme;
  /** What the editor is for people who hear it. */
  readonly label?: string;
  onChange?(text: string): void;
}

export interface Editor {
  readonly editor: monaco.editor.IStandaloneCodeEditor;
  text(): string;
  setText(text: string): void;
  execute(command: string, ...given: unknown[]): Promise<unknown>;
  focus(): void;
  setTheme(theme: Theme): void;
  dispose(): void;
}

/** Shows a sentence at the cursor, for pages with no place of their own for it. */
function showMessage(editor: monaco.editor.IStandaloneCodeEditor, text: string): void {
  const place = editor.getContribution("editor.contrib.messageController") as { showMessage?(text: string, at: monaco.IPosition): void } | null;
  place?.showMessage?.(text, editor.getPosition() ?? { lineNumber: 1, column: 1 });
}

/** Puts an editor into an element. The worker and the font are found beside this file. */
export function createEditor(element: HTMLElement, options: Options): Editor {
  const here = new URL(".", import.meta.url);
  self.MonacoEnvironment ??= { getWorker: () => new Worker(new URL("editor.worker.js", here), { type: "module" }) };
  defineThemes();
  register((uri, command, given) => {
    const model = monaco.editor.getModel(monaco.Uri.parse(uri));
    void (model && sessionOf(model)?.execute(command, given));
  });
  const address = monaco.Uri.parse(options.uri);
  const model = monaco.editor.getModel(address) ?? monaco.editor.createModel(options.text, LANGUAGE, address);
  model.setValue(options.text);
  const session = new Session(model, { ...options, onMessage: options.onMessage ?? ((text) => showMessage(editor, text)) });
  const editor = monaco.editor.create(element, {
    model,
    theme: themeOf(options.theme ?? "auto"),
    readOnly: options.readOnly ?? false,
    ariaLabel: options.label ?? "Template",
    automaticLayout: true,
    fixedOverflowWidgets: true,
    formatOnType: true,
    linkedEditing: true,
    minimap: { enabled: false },
    quickSuggestions: { other: true, comments: false, strings: true },
    "semanticHighlighting.enabled": true,
    scrollBeyondLastLine: false,
    tabFocusMode: false,
    wordBasedSuggestions: "off",
    wordWrap: "on",
  });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = (): void => monaco.editor.setTheme(themeOf("auto"));
  let theme = options.theme ?? "auto";
  if (theme === "auto") {
    dark.addEventListener("change", follow);
  }
  const listening = [
    model.onDidChangeContent(() => options.onChange?.(model.getValue())),
    session.refreshed.event(refresh),
  ];
  return {
    editor,
    text: () => model.getValue(),
    setText: (text) => editor.executeEdits("page", [{ range: model.getFullModelRange(), text }]),
    execute: (command, ...given) => session.execute(command, given.length > 0 ? given : [session.uri]),
    focus: () => editor.focus(),
    setTheme: (wanted) => {
      dark.removeEventListener("change", follow);
      theme = wanted;
      if (theme === "auto") {
        dark.addEventListener("change", follow);
      }
      monaco.editor.setTheme(themeOf(theme));
    },
    dispose: () => {
      dark.removeEventListener("change", follow);
      listening.forEach((each) => each.dispose());
      session.dispose();
      editor.dispose();
      model.dispose();
    },
  };
}
