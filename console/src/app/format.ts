import { i18n } from "@lingui/core";

let timezone: string | undefined;

/** Shows times in the person's own timezone from now on; an unknown one means the browser's. */
export function setTimezone(zone: string | null | undefined): void {
  timezone = zone && isTimezone(zone) ? zone : undefined;
}

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const locale = () => i18n.locale || "en";

/** Date and time, or with `options` only what they ask for. */
export function formatDateTime(
  iso: string,
  options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" },
): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return dateFormat({ ...options, timeZone: timezone }).format(date);
}

/** How the end of something is written where there is room: with the month in words. */
export const untilFormat: Intl.DateTimeFormatOptions = { dateStyle: "long", timeStyle: "short" };

// A table formats a hundred dates, and making a formatter takes longer than using it.
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + JSON.stringify(options);
  const known = dateFormats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale(), options);
  dateFormats.set(key, made);
  return made;
}

export function formatDate(iso: string): string {
  return formatDateTime(iso, { dateStyle: "medium" });
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 days ago", "in 2 hours", "now". */
export function formatRelative(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(0, "second");
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** "640 kB", "7.3 MB": sizes of files as people read them. */
export function formatBytes(bytes: number): string {
  const [unit, size] =
    bytes >= 1_000_000
      ? ["megabyte", 1_000_000]
      : bytes >= 1_000
        ? ["kilobyte", 1_000]
        : (["byte", 1] as [string, number]);
  const maximumFractionDigits = unit === "megabyte" ? 1 : 0;
  const unitDisplay = unit === "byte" ? "long" : "short"; // "410 bytes", and not "410 byte"
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay, maximumFractionDigits }).format(
    bytes / (size as number),
  );
}

/** "a, b and c" in the reader's language. */
export function formatList(items: string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(items);
}

// Chromium lists these under names that they had once, which people don't look for.
const renamed: Record<string, string> = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Cordoba": "America/Argentina/Cordoba",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Jujuy": "America/Argentina/Jujuy",
  "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

let known: string[] | undefined;

/** Every timezone that the browser knows, and the one that is set, which may have another name. */
export function timezones(current: string): string[] {
  known ??= Intl.supportedValuesOf("timeZone").map((zone) => {
    const name = renamed[zone];
    return name && isTimezone(name) ? name : zone;
  });
  return [...new Set(["UTC", ...known, ...(current ? [current] : [])])].sort();
}

const dayLength = 86_400_000;

/** What a clock in the person's timezone shows at a moment, as if it were UTC. */
function wallTime(moment: number): number {
  const parts = dateFormat({
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
    calendar: "iso8601",
    numberingSystem: "latn",
    timeZone: timezone,
  }).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/**
 * The moment at which a day (YYYY-MM-DD) begins in the person's timezone, or the one `later` days
 * after it. Where the clock goes forward at midnight, that is when it does.
 */
export function startOfDay(day: string, later = 0): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`) + later * dayLength;
  const [before, after] = [midnight - dayLength, midnight + dayLength].map(
    (near) => midnight - (wallTime(near) - near),
  ) as [number, number];
  const first = [before, after].sort((a, b) => a - b).find((moment) => wallTime(moment) === midnight);
  return new Date(first ?? before);
}

/** The last second of a day (YYYY-MM-DD) in the person's timezone: a day that ends something is meant whole. */
export function endOfDay(day: string): Date {
  return new Date(startOfDay(day, 1).getTime() - 1000);
}

/** Whether a text is a day of the calendar (YYYY-MM-DD). */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

/** A day (YYYY-MM-DD) as people read it: the same one wherever they are. */
export function formatDay(day: string): string {
  if (!isDay(day)) return day;
  return dateFormat({ dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}
