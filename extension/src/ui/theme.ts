/** Dark or light, as the host is: by the lightness of its background colour, its mark on the body, or the system. */
export type Theme = "dark" | "light";

/** Return the theme that a CSS colour (`#rgb`, `#rrggbb`, `rgb(…)`, a few names) asks for, or null. */
export function themeOfColour(colour: string): Theme | null {
  const text = colour.trim().toLowerCase();
  if (text === "white") return "light";
  if (text === "black") return "dark";
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(text)?.[1];
  const parts = hex
    ? (hex.length === 3 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) ?? [])).map((pair) => Number.parseInt(pair, 16))
    : (/^rgba?\(([^)]+)\)$/.exec(text)?.[1] ?? "").split(/[\s,/]+/).slice(0, 3).map(Number);
  const [red = NaN, green = NaN, blue = NaN] = parts;
  if (Number.isNaN(red + green + blue)) return null;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128 ? "dark" : "light";
}

/** Return the theme that people chose for the studio alone (the trait `theme`); empty where it is the host's. */
export function keptTheme(model: { get(name: string): unknown }): Theme | "" {
  const said = model.get("theme");
  return said === "dark" || said === "light" ? said : "";
}

/** Return the theme of a page. */
export function readTheme(page: Document): Theme {
  const body = page.body;
  const host = themeOfColour(getComputedStyle(body).getPropertyValue("--jp-layout-color1"));
  if (host) return host;
  if (body.dataset["jpThemeLight"] === "true" || body.classList.contains("vscode-light")) return "light";
  if (body.dataset["jpThemeLight"] === "false" || body.classList.contains("vscode-dark")) return "dark";
  return matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

/** Tell the theme now and whenever it changes; returns how to stop. */
export function watchTheme(page: Document, tell: (theme: Theme) => void): () => void {
  const look = (): void => tell(readTheme(page));
  const observer = new MutationObserver(look);
  observer.observe(page.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-jp-theme-name"] });
  observer.observe(page.head, { childList: true });
  const system = matchMedia("(prefers-color-scheme: light)");
  system.addEventListener("change", look);
  look();
  return () => {
    observer.disconnect();
    system.removeEventListener("change", look);
  };
}
