/** JSON with a member to a line at the top, for people who look into it, and compact below. */
export function encodeDocument(
  document: Readonly<Record<string, unknown>>,
): Uint8Array<ArrayBuffer> {
  const members = Object.entries(document).map(([name, value]) =>
    `${JSON.stringify(name)}: ${JSON.stringify(value)}`
  );
  return new TextEncoder().encode(`{\n${members.join(",\n")}\n}\n`);
}
