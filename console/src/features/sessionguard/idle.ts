/** The header of a request that no person caused: it does not keep a session alive. */
export const background = { "Retinue-Activity": "none" } as const;

/** How long before the end a person is asked whether to stay, in seconds. */
export const warnAt = 60;

/** When to ask the server again how long the session has, in seconds from now. */
export function nextCheck(secondsLeft: number): number {
  const most = secondsLeft > 1800 ? 300 : 60;
  return Math.min(Math.max(secondsLeft - warnAt, 5), most);
}

/** Whether what a person just did is worth telling the server, who has heard nothing for a while. */
export function worthTelling(sinceLastRequest: number): boolean {
  return sinceLastRequest > 45_000;
}

/** Minutes and seconds, as a clock shows them. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
