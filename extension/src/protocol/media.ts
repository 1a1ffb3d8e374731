/** Media URLs for the host: plain URLs where the server serves them, Blob URLs fetched in pieces where only the comm is there. */
export interface MediaResolver {
  /** Return a URL that the page can show, for a URL relative to the studio's base. */
  resolve(url: string): Promise<string> | string;
  close(): void;
}

/** Media by the studio's own server; `base` is a URL path that ends in a slash. */
export class HttpMedia implements MediaResolver {
  constructor(private readonly base: string) {}

  resolve(url: string): string {
    return /^(https?:|blob:|data:|\/)/.test(url) ? url : this.base + url;
  }

  close(): void {
    // Nothing is held.
  }
}

interface Piece {
  data: string;
  next: number | null;
  type: string;
}

type Call = <Result>(method: string, params: Record<string, unknown>) => Promise<Result>;

/** How many Blob URLs are kept; the oldest go first. A take's media never changes, so a kept one is never stale. */
const KEPT = 120;

/** Media over the comm, a piece of at most 48 KiB at a time, one file after the other so that edits get through in between. */
export class CommMedia implements MediaResolver {
  private readonly known = new Map<string, Promise<string>>();
  private queue: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly call: Call) {}

  resolve(url: string): Promise<string> | string {
    if (/^(blob:|data:)/.test(url)) return url;
    const known = this.known.get(url);
    if (known) return known;
    const made = this.queue.then(() => this.fetch(url));
    this.queue = made.catch(() => undefined);
    made.catch(() => this.known.delete(url));
    this.known.set(url, made);
    this.trim();
    return made;
  }

  close(): void {
    this.closed = true;
    for (const url of this.known.keys()) this.drop(url);
  }

  private async fetch(url: string): Promise<string> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let type = "";
    for (let offset: number | null = 0; offset !== null && !this.closed; ) {
      const piece: Piece = await this.call<Piece>("media_chunk", { url, offset });
      parts.push(Uint8Array.from(atob(piece.data), (letter) => letter.charCodeAt(0)));
      type = piece.type;
      offset = piece.next;
    }
    return URL.createObjectURL(new Blob(parts, { type }));
  }

  private trim(): void {
    for (const url of this.known.keys()) {
      if (this.known.size <= KEPT) return;
      this.drop(url);
    }
  }

  private drop(url: string): void {
    this.known.get(url)?.then(URL.revokeObjectURL, () => undefined);
    this.known.delete(url);
  }
}
