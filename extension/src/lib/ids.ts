/** Keys of nodes and edges: `[a-z0-9_]{1,64}`, never reused, so they are random. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Return `<prefix>_<10 random letters>`; 36^10 possibilities. */
export function newId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const tail = Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join("");
  return `${prefix.toLowerCase().replace(/[^a-z0-9_]/g, "_").slice(0, 48)}_${tail}`;
}
