/** Whether a media file is a take: the studio embeds its record, as text, near the start or the end of the file. */

/** What every record says of itself. */
const MARK = new TextEncoder().encode('"genstudio.take/');
/** Where it stands: MP4 and MOV that are made to stream have their tags first, others and PNG last. Beyond the largest index of a film. */
const REACH = 4 << 20;

/** Return whether bytes hold the mark of a record. */
export function holdsMark(bytes: Uint8Array): boolean {
  const [first = 0] = MARK;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (MARK.every((byte, offset) => bytes[at + offset] === byte)) return true;
  }
  return false;
}

/** Return whether a file seems to carry the record of a take; the studio reads it, this only saves sending files that have none. */
export async function carriesRecord(file: Blob): Promise<boolean> {
  const part = async (from: number, to: number): Promise<boolean> => holdsMark(new Uint8Array(await file.slice(from, to).arrayBuffer()));
  if (await part(0, REACH)) return true;
  return file.size > REACH && part(Math.max(REACH - MARK.length, file.size - REACH), file.size);
}
