/** Pictures for a 2-D surface, loaded a few at a time, kept small. */
import type { MediaResolver } from "../protocol/media.ts";

/** How many load at once, how wide they are kept, in pixels, and how many. */
const AT_ONCE = 4;
const WIDTH = 192;
const KEPT = 1_500;

export class Pictures {
  private readonly known = new Map<string, ImageBitmap | null>();
  private readonly waiting: (() => Promise<void>)[] = [];
  private loading = 0;
  private closed = false;

  /** `come` is told when there are more pictures than before. */
  constructor(private readonly come: () => void) {}

  /** Return the picture at a URL; null while it is not there. */
  get(url: string, media: MediaResolver | null): ImageBitmap | null {
    if (!url || !media) return null;
    const there = this.known.get(url);
    if (there !== undefined) return there;
    this.known.set(url, null);
    this.waiting.push(() => this.load(url, media));
    this.next();
    return null;
  }

  close(): void {
    this.closed = true;
    for (const picture of this.known.values()) picture?.close();
    this.known.clear();
  }

  private next(): void {
    while (this.loading < AT_ONCE) {
      const load = this.waiting.shift();
      if (!load || this.closed) return;
      this.loading += 1;
      void load().finally(() => {
        this.loading -= 1;
        if (!this.waiting.length && !this.loading) this.come();
        this.next();
      });
    }
  }

  private async load(url: string, media: MediaResolver): Promise<void> {
    const image = new Image();
    image.crossOrigin = "anonymous";
    try {
      image.src = await media.resolve(url);
      await image.decode();
      const made = await createImageBitmap(image, { resizeWidth: WIDTH, resizeQuality: "medium" });
      if (this.closed) made.close();
      else this.keep(url, made);
    } catch {
      // A picture that cannot be had leaves its card without one; the element says so when it is looked at.
    }
  }

  private keep(url: string, picture: ImageBitmap): void {
    this.known.set(url, picture);
    for (const [old, there] of this.known) {
      if (this.known.size <= KEPT) return;
      if (!there) continue;
      there.close();
      this.known.delete(old);
    }
  }
}
