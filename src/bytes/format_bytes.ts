const UNITS = ["kB", "MB", "GB", "TB", "PB", "EB"] as const;

/**
 * Bytes in decimal units with two or three digits: `999 B`, `1.5 kB`, `512 kB`, `1.3 GB`. At most 7
 * columns: what is beyond exabytes is not told apart.
 */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, Math.round(bytes) || 0);
  if (value < 1000) return `${value} B`;
  for (const unit of UNITS) {
    value /= 1000;
    if (value < 99.95) return `${value.toFixed(1)} ${unit}`;
    if (value < 999.5) return `${value.toFixed(0)} ${unit}`;
  }
  return `999 ${UNITS.at(-1)}`;
}
