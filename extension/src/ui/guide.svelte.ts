/** Whether the guide of the first steps is shown: until a person puts it away, in this browser and in no project. */
const KEY = "genstudio-first-steps";
const AWAY = "away";

function away(): boolean {
  try {
    return localStorage.getItem(KEY) === AWAY;
  } catch {
    // A sandboxed host keeps nothing: it is put away for as long as the page lives.
    return false;
  }
}

class Guide {
  open: boolean = $state(!away());
  /** How often it was asked for: then it is shown also where every step is done. */
  asked = $state(0);

  ask(): void {
    this.open = true;
    this.asked += 1;
    this.keep(null);
  }

  putAway(): void {
    this.open = false;
    this.keep(AWAY);
  }

  private keep(word: string | null): void {
    try {
      if (word) localStorage.setItem(KEY, word);
      else localStorage.removeItem(KEY);
    } catch {
      // As above.
    }
  }
}

export const guide = new Guide();
