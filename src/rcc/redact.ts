import { hideCredentials } from "./addresses.ts";
import { type HostSecret, secretForms } from "./host_secrets.ts";

/** Gives a text back in which no secret stands. */
export type Redact = (text: string) => string;

/** Hides the host's secrets, and all credentials in addresses, behind `***`. */
export function redacting(secrets: readonly HostSecret[]): Redact {
  const forms = [...new Set(secrets.flatMap(printedForms))]
    .sort((left, right) => right.length - left.length);
  if (forms.length === 0) return hideCredentials;
  const pattern = new RegExp(forms.map(escaped).join("|"), "g");
  return (text) => hideCredentials(text.replace(pattern, "***"));
}

/** A line of a key that spans several tells too much. In characters. */
const SHORTEST_LINE = 8;

function printedForms(secret: HostSecret): readonly string[] {
  const lines = secret.value.reveal().split(/[\r\n]+/).map((line) => line.trim());
  const ofLines = lines.length === 1 ? [] : lines.filter((line) => line.length >= SHORTEST_LINE);
  return [...secretForms(secret), ...ofLines];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
