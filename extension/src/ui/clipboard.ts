/** Puts a text on the clipboard. */

/** Copy; whether it is there now. A page that came over plain HTTP has no clipboard to write to: there it goes by a field that is selected. */
export async function copyText(text: string, beside: HTMLElement): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
  // Beside what was pressed: outside an open dialog nothing can be selected.
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  field.style.cssText = "position:fixed;opacity:0";
  beside.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
