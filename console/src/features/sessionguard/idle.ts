/** The header of a request that no person caused: it does not keep a session alive. */
export const background = { "Retinue-Activity": "none" } as const;

/**
 * How long before the end a person is asked whether to stay, in seconds: a minute, but never more than half of what
 * an unused session lasts, or the question would never go away.
 */
export function warnAt(lasts: number): number {
  return Math.min(60, lasts / 2);
}

/** When to ask the server again how long the session has, in seconds from now; an unused one `lasts` so many. */
export function nextCheck(secondsLeft: number, lasts: number): number {
  const most = secondsLeft > 1800 ? 300 : 60;
  return Math.min(Math.max(secondsLeft - warnAt(lasts), 5), most);
}

/** Whether what a person just did is worth telling the server, who has heard nothing for a while. */
export function worthTelling(sinceLastRequest: number, lasts: number): boolean {
  return sinceLastRequest > Math.min(45_000, (lasts * 1000) / 4);
}

/** Minutes and seconds, as a clock shows them. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
