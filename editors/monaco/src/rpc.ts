// JSON-RPC over a WebSocket, a message a text frame, as `dovetail lsp --ws` speaks it.

export interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

interface Message {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

type Handler = (params: unknown) => unknown;

export class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export class Wire {
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private number = 0;

  constructor(
    private readonly socket: WebSocket,
    private readonly handlers: ReadonlyMap<string, Handler>,
    private readonly closed: () => void,
  ) {
    socket.addEventListener("message", (event) => void this.take(String(event.data)));
    socket.addEventListener("close", () => this.end());
  }

  notify(method: string, params: unknown): void {
    this.send({ method, params });
  }

  /** What the server answers; a request whose token is cancelled is cancelled there too. */
  request<T>(method: string, params: unknown, token?: Cancellation): Promise<T> {
    const id = ++this.number;
    if (this.socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Refused(0, "the connection was lost"));
    }
    return new Promise<T>((resolve, reject) => {
      const listening = token?.onCancellationRequested(() => this.notify("$/cancelRequest", { id }));
      const done = (): void => listening?.dispose();
      this.waiting.set(id, {
        resolve: (value) => (done(), resolve(value as T)),
        reject: (error) => (done(), reject(error)),
      });
      this.send({ id, method, params });
    });
  }

  /** Ends an open connection; one that is still being made is for its maker to end, once it is open. */
  close(): void {
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.close();
    }
  }

  private send(message: object): void {
    if (this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
    }
  }

  private async take(text: string): Promise<void> {
    const message = JSON.parse(text) as Message;
    if (message.method === undefined) {
      const waiting = this.waiting.get(Number(message.id));
      this.waiting.delete(Number(message.id));
      if (message.error !== undefined) {
        waiting?.reject(new Refused(message.error.code, message.error.message));
      } else {
        waiting?.resolve(message.result ?? null);
      }
      return;
    }
    const handler = this.handlers.get(message.method);
    if (message.id === undefined || message.id === null) {
      handler?.(message.params);
      return;
    }
    if (handler === undefined) {
      this.send({ id: message.id, error: { code: -32601, message: `this page knows no ${message.method}` } });
      return;
    }
    try {
      this.send({ id: message.id, result: (await handler(message.params)) ?? null });
    } catch (error) {
      // The server waits for an answer, whatever became of the page's own callback.
      this.send({ id: message.id, error: { code: -32603, message: "the page could not do this" } });
      throw error;
    }
  }

  private end(): void {
    for (const waiting of this.waiting.values()) {
      waiting.reject(new Refused(0, "the connection was lost"));
    }
    this.waiting.clear();
    this.closed();
  }
}
