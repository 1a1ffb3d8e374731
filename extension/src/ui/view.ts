/** The id of this view of the studio: kept over a reload, so that what was done before can still be undone; never shared by two views. */
const KEY = "genstudio-view:";

export interface ViewId {
  id: string;
  /** The view is closed while its page goes on: the next one of its place has its id, and can take back what was done here. */
  leave(): void;
}

/** Return the id of the view of a place, or a new one.
 *
 * A view that lives holds its id itself and gives it back only when it goes: a copy of the tab, which copies the storage, finds none.
 */
export function viewId(place: string): ViewId {
  const key = KEY + place;
  // Not `randomUUID`: a page that is reached by plain HTTP over a network does not have it.
  const id = read(key) ?? Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  write(key, null);
  const life = new AbortController();
  addEventListener("pagehide", () => write(key, id), { signal: life.signal });
  addEventListener("pageshow", (event) => event.persisted && write(key, null), { signal: life.signal });
  const leave = (): void => {
    life.abort();
    write(key, id);
  };
  return { id, leave };
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
