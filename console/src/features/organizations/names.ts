/** Splits a full name: the last word is the last name, everything before it the first. */
export function splitName(full: string): { first_name: string; last_name: string } {
  const words = full.trim().split(/\s+/).filter(Boolean);
  if (words.length < 2) return { first_name: words[0] ?? "", last_name: "" };
  return { first_name: words.slice(0, -1).join(" "), last_name: words.at(-1) ?? "" };
}

// Without the characters that look like others; 56 of them, so 18 hold more than 100 bits.
const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** A temporary password of at least so many characters that nobody can guess, in groups that can be read out. */
export function generatePassword(least = 0, random: (bytes: Uint8Array) => Uint8Array = fill): string {
  let made = "";
  const groups = Math.max(3, Math.ceil((least + 1) / 7)); // of six, with a hyphen between two
  // Values past the last whole multiple are thrown away: every character is as likely as any other.
  const limit = 256 - (256 % letters.length);
  while (made.length < 6 * groups) {
    for (const value of random(new Uint8Array(32))) {
      if (value < limit && made.length < 6 * groups) made += letters[value % letters.length];
    }
  }
  return Array.from({ length: groups }, (_, group) => made.slice(6 * group, 6 * group + 6)).join("-");
}

function fill(bytes: Uint8Array): Uint8Array {
  return crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
}
