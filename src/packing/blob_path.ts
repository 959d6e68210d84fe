/** Where a library keeps a blob, with `/` between the parts. */
export function blobPath(digest: string): string {
  const parts = [digest.slice(0, 2), digest.slice(2, 4), digest.slice(4, 6)];
  return `library/${parts.join("/")}/${digest}`;
}
