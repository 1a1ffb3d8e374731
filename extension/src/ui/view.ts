/** The id of this view of the studio: kept over a reload, so that what was done before can still be undone; never shared by two pages. */
const KEY = "genstudio-view:";

/** Return the id of the view of a place, or a new one.
 *
 * A page that lives holds its id itself and gives it back only when it goes: a copy of the tab, which copies the storage, finds none.
 */
export function viewId(place: string): string {
  const key = KEY + place;
  // Not `randomUUID`: a page that is reached by plain HTTP over a network does not have it.
  const id = read(key) ?? Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  write(key, null);
  addEventListener("pagehide", () => write(key, id));
  addEventListener("pageshow", (event) => event.persisted && write(key, null));
  return id;
}

function read(key: string): string | null {
  try {
    const found = sessionStorage.getItem(key);
    return found && /^[0-9a-f]{12}$/.test(found) ? found : null;
  } catch {
    // A page whose storage is closed to it forgets on reload.
    return null;
  }
}

function write(key: string, id: string | null): void {
  try {
    if (id === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, id);
  } catch {
    // As above.
  }
}
