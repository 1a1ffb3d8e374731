/** The colours of people: each page says its own, so that everybody sees it the same, and gives way where two would be alike. */

/** Hues that are told apart in both themes; a name can be read on each, on violet only where it is lighter. */
const HUES = [205, 28, 145, 325, 265, 50, 180, 0];
export const COLOURS: readonly string[] = HUES.map((hue) => `hsl(${hue} 72% ${hue === 265 ? 66 : 58}%)`);

/** The colour that a page begins with. */
export function colourOf(client: string): string {
  let sum = 0;
  for (const letter of client) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return COLOURS[sum % COLOURS.length]!;
}

/** The colour that a page says it has, if it is one of ours: nothing else of a stranger gets into a style. */
export const colourTold = (client: string, told: string): string => (COLOURS.includes(told) ? told : colourOf(client));

/** The colour of a page among others: of two that are alike, the later one in the order of ids takes the next that is free. */
export function colourAmong(client: string, mine: string, others: readonly { client: string; colour: string }[]): string {
  if (!others.some((other) => other.colour === mine && other.client < client)) return mine;
  const taken = new Set(others.map((other) => other.colour));
  const from = COLOURS.indexOf(mine);
  return COLOURS.map((_, step) => COLOURS[(from + step) % COLOURS.length]!).find((colour) => !taken.has(colour)) ?? mine;
}
