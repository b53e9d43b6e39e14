import { endOfDay, isDay } from "@/app/format";

/** How long a key can live, in days; "date" stands for a date of one's own and "" for ever. */
export const lifetimes = ["30", "90", "365", "date", ""] as const;
export type Lifetime = (typeof lifetimes)[number];

/** The end of a key's life as the API wants it; undefined means never, null that the date is missing or past. */
export function expiryOf(lifetime: Lifetime, day: string, now: Date): string | undefined | null {
  if (lifetime === "") return undefined;
  if (lifetime === "date") {
    if (!isDay(day)) return null;
    const end = endOfDay(day);
    return end <= now ? null : end.toISOString();
  }
  return new Date(now.getTime() + Number(lifetime) * 86_400_000).toISOString();
}
