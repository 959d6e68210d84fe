import { plainKind } from "../robot/mod.ts";

/**
 * Whether Go's yaml.v2 reads the text back as a string when it has no quotes: not when it looks like
 * a null, boolean, number or time.
 * Source: https://github.com/go-yaml/yaml/blob/v2.2.8/resolve.go and encode.go (`stringv`)
 */
export function isPlainYamlString(text: string): boolean {
  return plainKind(text) === "text" && !isTimestamp(text) && !BASE_60.test(text);
}

/** A number to YAML 1.1 alone: yaml.v2 reads it as text, and quotes it for the sake of others. */
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

const DATE = "([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})";
const TIME = "([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?";
const ZONE = "(?:Z|[-+]([0-9]{2}):([0-9]{2}))";
const ZONED_TIMESTAMP = new RegExp(`^${DATE}[Tt]${TIME}${ZONE}$`);
const LOCAL_TIMESTAMP = new RegExp(`^${DATE}(?: +${TIME})?$`);

/** What Go's `time.Parse` takes with the formats of yaml.v2. */
function isTimestamp(text: string): boolean {
  const match = ZONED_TIMESTAMP.exec(text) ?? LOCAL_TIMESTAMP.exec(text);
  if (match === null) return false;
  const numbers = match.slice(1).map((part) => Number(part ?? 0));
  const [year, month, day, hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] =
    numbers;
  // 2000 was a leap year as every 400th is, and JavaScript takes years below 100 for other ones.
  const lastDay = new Date(Date.UTC(2000 + year! % 400, month!, 0)).getUTCDate();
  return month! >= 1 && month! <= 12 && day! >= 1 && day! <= lastDay &&
    hour < 24 && minute < 60 && second < 60 && zoneHour <= 24 && zoneMinute <= 60;
}
