/** Takes that play in step, on one axis of frames: the longest leads, the others follow it. */
import { clampFrame, correction, frameAt, secondsOf, together, type Length } from "../lib/playhead.ts";

/** Half a frame before its end a clip still shows its last picture; at the end some players show nothing. */
const LAST = 0.5;

interface Screen {
  video: HTMLVideoElement;
  length: Length;
}

/** What the controls of a player ask of it. */
export type Played = Pick<Playback, "frame" | "frames" | "playing" | "loops" | "axis" | "toggle" | "pause" | "seek" | "step">;

export class Playback {
  frame = $state(0);
  playing = $state(false);
  loops = $state(true);
  axis: Length | null = $state.raw(null);
  private screens: Screen[] = [];
  private timer = 0;

  get frames(): number {
    return this.axis?.frames ?? 1;
  }

  /** Say which takes are played. */
  load(lengths: readonly Length[]): void {
    this.axis = together(lengths);
    this.frame = clampFrame(this.frame, this.frames);
  }

  /** Let a video follow; returns how it leaves. */
  attach(video: HTMLVideoElement, length: Length): () => void {
    const screen = { video, length };
    this.screens = [...this.screens, screen].sort((a, b) => b.length.seconds - a.length.seconds);
    const show = (): void => this.place(screen);
    video.addEventListener("loadedmetadata", show);
    if (video.readyState > 0) show();
    if (this.playing) void this.start(screen);
    return () => {
      video.removeEventListener("loadedmetadata", show);
      this.screens = this.screens.filter((other) => other !== screen);
      if (!this.screens.length) this.pause();
    };
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (!this.axis || this.frames < 2) return;
    if (this.frame >= this.frames - 1) this.seek(0);
    this.playing = true;
    for (const screen of this.screens) void this.start(screen);
    cancelAnimationFrame(this.timer);
    this.timer = requestAnimationFrame(() => this.follow());
  }

  pause(): void {
    const was = this.playing;
    this.playing = false;
    cancelAnimationFrame(this.timer);
    for (const { video } of this.screens) video.pause();
    // All stand on the very same frame.
    if (was) this.seek(this.frame);
  }

  seek(frame: number): void {
    this.frame = clampFrame(frame, this.frames);
    for (const screen of this.screens) this.place(screen);
  }

  step(by: number): void {
    this.pause();
    this.seek(this.frame + by);
  }

  close(): void {
    this.playing = false;
    cancelAnimationFrame(this.timer);
    this.screens = [];
  }

  private async start({ video }: Screen): Promise<void> {
    try {
      await video.play();
    } catch {
      // The page went on before it could play, or the host forbids it: the picture stands.
    }
  }

  private place({ video, length }: Screen): void {
    if (!this.axis || video.readyState === 0) return;
    const end = length.seconds - (LAST * length.rate.denominator) / length.rate.numerator;
    video.playbackRate = 1;
    video.currentTime = Math.max(0, Math.min(secondsOf(this.frame, this.axis.rate), end));
  }

  private follow(): void {
    const [lead, ...others] = this.screens;
    if (!this.playing || !this.axis || !lead) return;
    const now = lead.video.currentTime;
    if (lead.video.ended || now >= lead.length.seconds - 1e-3) return this.ended();
    this.frame = clampFrame(frameAt(now, this.axis.rate), this.frames);
    for (const screen of others) this.keep(screen, now);
    this.timer = requestAnimationFrame(() => this.follow());
  }

  private keep(screen: Screen, now: number): void {
    const { video, length } = screen;
    if (now >= length.seconds) return;
    const { jump, speed } = correction(video.currentTime - now);
    if (jump && !video.seeking) video.currentTime = now;
    if (video.playbackRate !== speed) video.playbackRate = speed;
  }

  private ended(): void {
    this.frame = this.frames - 1;
    if (!this.loops) return this.pause();
    this.seek(0);
    this.play();
  }
}
