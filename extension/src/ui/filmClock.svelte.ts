/** The clock of a cut that plays: it counts the frames of the film and waits where pictures are not there yet. */
import { clampFrame, type Length } from "../lib/playhead.ts";
import type { Rate } from "../lib/timecode.ts";
import type { Played } from "./playback.svelte.ts";

/** Longer waiting than this is told, in milliseconds. */
const PATIENCE_MS = 600;

export class FilmClock implements Played {
  frame = $state(0);
  playing = $state(false);
  loops = $state(false);
  /** Pictures are being waited for. */
  waiting = $state(false);
  axis: Length | null = $state.raw(null);
  /** Whether all that is to be seen now can be. */
  ready: () => boolean = () => true;
  private timer = 0;
  /** When frame 0 was, or would have been, shown; and since when is waited. */
  private zero = 0;
  private since = 0;

  get frames(): number {
    return this.axis?.frames ?? 1;
  }

  load(frames: number, rate: Rate): void {
    this.axis = { rate, frames, seconds: (frames * rate.denominator) / rate.numerator };
    if (this.frame >= frames) this.seek(frames - 1);
  }

  /** Return the moment of the film, in frames with their fraction. */
  now(): number {
    if (!this.playing || this.waiting || this.since) return this.frame + 0.5;
    return Math.max(this.frame, Math.min((performance.now() - this.zero) / this.length, this.frame + 1));
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (!this.axis || this.frames < 2) return;
    if (this.frame >= this.frames - 1) this.frame = 0;
    this.playing = true;
    this.set(this.frame);
    cancelAnimationFrame(this.timer);
    this.timer = requestAnimationFrame(() => this.follow());
  }

  pause(): void {
    this.playing = this.waiting = false;
    this.since = 0;
    cancelAnimationFrame(this.timer);
  }

  seek(frame: number): void {
    this.set(clampFrame(frame, this.frames));
  }

  step(by: number): void {
    this.pause();
    this.seek(this.frame + by);
  }

  /** Milliseconds of a frame. */
  private get length(): number {
    const rate = this.axis?.rate ?? { numerator: 24, denominator: 1 };
    return (1000 * rate.denominator) / rate.numerator;
  }

  private set(frame: number): void {
    this.frame = frame;
    this.zero = performance.now() - frame * this.length;
  }

  private follow(): void {
    if (!this.playing) return;
    const now = performance.now();
    if (this.ready()) this.goOn(now);
    else {
      this.since ||= now;
      this.waiting = now - this.since > PATIENCE_MS;
    }
    if (this.playing) this.timer = requestAnimationFrame(() => this.follow());
  }

  private goOn(now: number): void {
    if (this.since) {
      this.since = 0;
      this.waiting = false;
      this.set(this.frame);
    }
    const frame = Math.floor((now - this.zero) / this.length);
    if (frame < this.frames) {
      if (frame !== this.frame) this.frame = frame;
    } else if (this.loops) this.set(0);
    else {
      this.pause();
      this.frame = this.frames - 1;
    }
  }
}
