/** Amounts of memory and disk for people. */

/** Return bytes as disks are sold: `412 KB`, `12 MB`, `5.7 GB`. */
export function bytes(count: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let at = 0;
  let value = Math.max(0, count);
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${at === 0 || value >= 99.5 ? Math.round(value) : Number(value.toFixed(1))} ${units[at]}`;
}

/** Return GiB as cards are called: `8.2 GB`, `24 GB`. */
export const gigabytes = (gib: number): string => `${Number(gib.toFixed(1))} GB`;
