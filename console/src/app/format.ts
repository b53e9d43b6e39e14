import { i18n } from "@lingui/core";

let timezone: string | undefined;

/** Shows times in the person's own timezone from now on; an unknown one means the browser's. */
export function setTimezone(zone: string | null | undefined): void {
  timezone = zone && isTimezone(zone) ? zone : undefined;
}

export function isTimezone(zone: string): boolean {
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
  return new Intl.NumberFormat(locale(), { style: "unit", unit, maximumFractionDigits }).format(
    bytes / (size as number),
  );
}

/** "a, b and c" in the reader's language. */
export function formatList(items: string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(items);
}

/** Every timezone the browser knows. */
export function timezones(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes("UTC") ? known : ["UTC", ...known];
}
