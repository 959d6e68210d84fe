const DATE = "([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})";
const TIME = "([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?";
const ZONE = "(?:Z|[-+]([0-9]{2}):([0-9]{2}))";
const ZONED_TIMESTAMP = new RegExp(`^${DATE}[Tt]${TIME}${ZONE}$`);
const LOCAL_TIMESTAMP = new RegExp(`^${DATE}(?: +${TIME})?$`);

/** Whether Go's `time.Parse` takes it with one of the formats of yaml.v2. */
export function isTimestamp(text: string): boolean {
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
