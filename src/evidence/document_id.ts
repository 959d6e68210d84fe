/** A UUID that the digest of an image decides, as version 8 of RFC 9562. @param digest `sha256:…`. */
export function uuidOf(digest: string): string {
  const hex = digest.slice(-32);
  const variant = (parseInt(hex[16]!, 16) & 3 | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}

/** The repository of a full reference, and its tag. */
export function nameParts(reference: string): { repository: string; tag?: string } {
  const [, repository, tag] = /^(.*?)(?::([^/@:]+))?(?:@.*)?$/.exec(reference)!;
  return { repository: repository!, ...(tag === undefined ? {} : { tag }) };
}
