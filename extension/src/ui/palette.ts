/** The page's colours as a 2-D surface takes them. */
export interface Palette {
  colour(name: string): string;
  font: string;
}

const known = new Map<string, Palette>();

/** Return the colours at an element under a theme. A surface knows no custom properties, so each is asked of the element, once a theme. */
export function palette(at: HTMLElement, theme: string): Palette {
  const there = known.get(theme);
  if (there) return there;
  const colours = new Map<string, string>();
  const colour = (name: string): string => {
    let value = colours.get(name);
    if (value === undefined) {
      at.style.color = `var(${name})`;
      value = getComputedStyle(at).color;
      at.style.color = "";
      colours.set(name, value);
    }
    return value;
  };
  const made = { colour, font: getComputedStyle(at).fontFamily || "sans-serif" };
  known.set(theme, made);
  return made;
}
