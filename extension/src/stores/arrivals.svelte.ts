/** Files on their way into the project, shown where they were dropped until they are there. */
import type { Position } from "../lib/types.ts";
import { StudioError } from "../protocol/link.ts";

export interface Arrival {
  id: number;
  name: string;
  /** How much has been sent, from 0 to 1. */
  share: number;
  /** Why it was not taken, and what to do; empty while all is well. */
  error: string;
  fix: string;
  /** The node it is for, or the place on the canvas. */
  node: string | null;
  at: Position;
}

/** A picture that waits to be told what it shows. */
export interface Unnamed {
  file: File;
  node: string | null;
  at: Position;
}

export type Send = (file: File, onshare: (share: number) => void) => Promise<string>;

export class Arrivals {
  all: readonly Arrival[] = $state.raw([]);
  unnamed: Unnamed | null = $state.raw(null);
  private next = 1;

  constructor(private readonly send: Send) {}

  /** Bring a file in and return its project-relative path; null if it was not taken, which is then shown in its place. */
  async bring(file: File, node: string | null, at: Position): Promise<string | null> {
    const id = this.next++;
    this.all = [...this.all, { id, name: file.name, share: 0, error: "", fix: "", node, at }];
    try {
      const path = await this.send(file, (share) => this.change(id, { share }));
      this.dismiss(id);
      return path;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.change(id, { error: error.message, fix: error.fix });
      return null;
    }
  }

  /** Show that a file was not taken. */
  refuse(file: File, node: string | null, at: Position, message: string, fix: string): void {
    this.all = [...this.all, { id: this.next++, name: file.name, share: 0, error: message, fix, node, at }];
  }

  dismiss(id: number): void {
    this.all = this.all.filter((arrival) => arrival.id !== id);
  }

  private change(id: number, changes: Partial<Arrival>): void {
    this.all = this.all.map((arrival) => (arrival.id === id ? { ...arrival, ...changes } : arrival));
  }
}
