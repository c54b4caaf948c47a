// The client of the language server, without the message for each thing that fails: the status item tells the state.
import { CloseAction, ErrorAction, type ErrorHandler, LanguageClient } from "vscode-languageclient/node";

export class QuietClient extends LanguageClient {
  /** What the library shows whatever is set (`force`) is about starts and ends of the server: it goes to the output. */
  override error(message: string, data?: unknown, show?: boolean | "force"): void {
    super.error(message, data, show === "force" ? false : show);
  }
}

/** The library starts no server anew: its client asks for no findings after that (9.0.1). A new client is made for it. */
export const LEFT_ALONE: ErrorHandler = {
  error: () => ({ action: ErrorAction.Continue, handled: true }),
  closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
};

const MOST = 4;
const WITHIN = 180_000;

/** When a server crashed. */
export class Crashes {
  private times: number[] = [];

  /** One more; whether it is worth while to start another. */
  again(): boolean {
    const now = Date.now();
    this.times = [...this.times.filter((time) => now - time < WITHIN), now];
    return this.times.length <= MOST;
  }
}
