/** Pictures drawn on the fly: a landscape with a fox, and a storyboard panel. */
const FOX = "M0 34 Q18 16 44 20 L66 6 L68 20 Q80 26 84 36 L74 40 Q60 44 52 42 L50 62 L44 62 L42 46 L22 48 L18 64 L12 64 L12 46 Q-14 58 -26 44 Q-12 46 0 34Z";

export const clipUrl = "media/clip/none/0";

export const soundUrl = "media/sound/none/0.wav";

/** Return two seconds of a falling tone as a WAV file: 8 bits, 8 kHz, one channel. */
export function sound(): Uint8Array {
  const [rate, seconds] = [8000, 2];
  const tone = Uint8Array.from({ length: rate * seconds }, (_, at) => 128 + 90 * Math.sin(at / (4 + at / rate)));
  const head = new DataView(new ArrayBuffer(44));
  const words = (at: number, text: string): void => [...text].forEach((letter, place) => head.setUint8(at + place, letter.charCodeAt(0)));
  words(0, "RIFF");
  head.setUint32(4, 36 + tone.length, true);
  words(8, "WAVEfmt ");
  for (const [at, value] of [[16, 16], [24, rate], [28, rate], [40, tone.length]] as const) head.setUint32(at, value, true);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]] as const) head.setUint16(at, value, true);
  words(36, "data");
  return Uint8Array.from([...new Uint8Array(head.buffer), ...tone]);
}

/** Return the SVG for `media/<kind>/<shot>/<seed>`. */
export function drawing(url: string): string {
  const [kind = "", shot = "", tail = "1"] = url.replace(/\?.*/, "").split("/").slice(-3);
  const seed = Number(tail) || 1;
  if (kind === "fox") return svg(`<rect width="320" height="180" fill="#26303a"/><g transform="translate(110 40) scale(1.6)"><path d="${FOX}" fill="#e98b4a"/></g>`);
  if (kind === "panel") return panel(shot, seed);
  return scene(seed);
}

const svg = (body: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" width="640" height="360">${body}</svg>`;

function scene(seed: number): string {
  const hue = 205 + seed * 17;
  const x = 90 + seed * 14;
  return svg(`<defs><linearGradient id="d" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl(${hue} 35% 34%)"/><stop offset=".6" stop-color="hsl(${hue - 150} 45% 78%)"/><stop offset=".6" stop-color="#eef4f8"/><stop offset="1" stop-color="#9db6cb"/></linearGradient></defs>
<rect width="320" height="180" fill="url(#d)"/><circle cx="238" cy="74" r="16" fill="#fff3d6" opacity=".85"/><path d="M0 110 L44 80 L78 102 L132 60 L186 98 L244 72 L320 108 V114 H0Z" fill="hsl(${hue} 28% 36%)"/><path d="M0 112 L60 96 L120 108 L200 92 L320 112 V116 H0Z" fill="hsl(${hue} 24% 26%)"/>
<ellipse cx="${x + 40}" cy="156" rx="52" ry="5" fill="#7f98ad"/><g transform="translate(${x} 92)"><path d="${FOX}" fill="#d9743a"/></g>`);
}

function panel(shot: string, seed: number): string {
  return svg(`<rect width="320" height="180" fill="#f3efe6"/><rect x="10" y="10" width="300" height="160" fill="none" stroke="#2b2b2b" stroke-width="2"/><path d="M10 122 Q80 ${96 + seed * 3} 160 118 T310 108" fill="none" stroke="#2b2b2b" stroke-width="1.6"/>
<g transform="translate(96 50) scale(1.4)" stroke="#2b2b2b" stroke-width="1.6" fill="none"><path d="${FOX}"/></g><path d="M250 44 h38 m-10 -8 l10 8 l-10 8" fill="none" stroke="#c0392b" stroke-width="3"/><text x="212" y="34" font-size="11" fill="#c0392b" font-family="sans-serif">PUSH IN</text><text x="18" y="164" font-size="10" fill="#555" font-family="sans-serif">${shot} · close-up</text>`);
}
