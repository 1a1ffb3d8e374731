/** Where a host has a file of the project. */
import type { MediaResolver } from "../protocol/media.ts";

/** The address of a file by which this page can load it: empty until it is known, the last one until the next is. */
export class Source {
  src = $state("");
  lost = $state(false);

  /** To be made while a component is: follows what `of` returns for as long as the component lives. */
  constructor(of: () => { media: MediaResolver | null; url: string }) {
    $effect(() => {
      const { media, url } = of();
      let live = true;
      this.lost = false;
      Promise.resolve(media?.resolve(url) ?? "").then(
        (resolved) => live && (this.src = resolved),
        () => live && (this.lost = true),
      );
      return () => (live = false);
    });
  }
}
