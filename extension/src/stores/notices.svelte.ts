/** What people are told, in sentences: shown at the canvas, kept in a list. */
import { StudioError } from "../protocol/link.ts";

export interface ShownNotice {
  id: number;
  level: "info" | "warning" | "error";
  message: string;
  detail: string;
  node: string | null;
  /** How often it came in a row. */
  times: number;
  at: number;
  shown: boolean;
}

const KEPT = 50;

/** How long a notice is shown; an error stays until it is read. All of them stay in the list. */
export const LASTS_MS: Partial<Record<ShownNotice["level"], number>> = { info: 7_000, warning: 15_000 };

export class Notices {
  all: ShownNotice[] = $state.raw([]);
  private next = 1;

  shown = $derived(this.all.filter((notice) => notice.shown).slice(-4));

  add(level: ShownNotice["level"], message: string, detail = "", node: string | null = null): void {
    const same = this.all.find((notice) => notice.shown && notice.message === message && notice.node === node);
    const notice = { id: same?.id ?? this.next++, level, message, detail, node, times: (same?.times ?? 0) + 1, at: Date.now(), shown: true };
    this.all = [...this.all.filter((other) => other !== same), notice].slice(-KEPT);
  }

  /** Tell of a request that failed. */
  fail(error: unknown, node: string | null = null): void {
    if (error instanceof StudioError) this.add(error.code === "connection_lost" ? "warning" : "error", error.message, error.fix, node);
    else throw error;
  }

  dismiss(id: number): void {
    this.all = this.all.map((notice) => (notice.id === id ? { ...notice, shown: false } : notice));
  }
}
