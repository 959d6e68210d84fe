/**
 * What a changelog says of a version (https://keepachangelog.com).
 *
 * @throws when it says nothing.
 */
export function releaseNotes(changelog: string, version: string): string {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  const notes = section?.slice(section.indexOf("\n")).replace(/^\[[^\]]+\]: .*$/gm, "").trim();
  if (notes) return `${notes}\n`;
  throw new Error(`failed to find "## [${version}]" in CHANGELOG.md, or something below it`);
}
