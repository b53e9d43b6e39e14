/** The shortest password the server takes anywhere; an organization may ask for a longer one. */
export const minPasswordLength = 12;
/** The longest one it takes, in characters. */
const maxPasswordLength = 256;

export type Strength = { score: 0 | 1 | 2 | 3 | 4; problem: "short" | "long" | "personal" | "simple" | null };

/**
 * A hint while typing, not a verdict: the server checks against common passwords and decides.
 * `personal` are words that must not make up the password, such as the e-mail address and the name;
 * `least` is how many characters the organization asks for.
 */
export function passwordStrength(
  password: string,
  personal: string[] = [],
  least: number = minPasswordLength,
): Strength {
  const length = [...password].length;
  if (length < least) return { score: length === 0 ? 0 : 1, problem: "short" };
  if (length > maxPasswordLength) return { score: 1, problem: "long" };
  if (isPersonal(password, personal)) return { score: 1, problem: "personal" };
  const distinct = new Set(password.toLowerCase()).size;
  if (distinct < 6 || isSequence(password)) return { score: 1, problem: "simple" };
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) =>
    kind.test(password),
  ).length;
  const points = length + distinct / 2 + classes * 2;
  if (points >= 32) return { score: 4, problem: null };
  return { score: points >= 24 ? 3 : 2, problem: null };
}

function isPersonal(password: string, personal: string[]): boolean {
  const folded = password.toLowerCase();
  return personal
    .flatMap((word) => word.toLowerCase().split(/[@.\s]+/))
    .filter((word) => word.length >= 4)
    .some((word) => folded.includes(word) && folded.length - word.length < 8);
}

function isSequence(password: string): boolean {
  const codes = [...password.toLowerCase()].map((char) => char.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, at) => code - (codes[at] ?? 0));
  const regular = steps.filter((step) => step === 1 || step === -1 || step === 0).length;
  return regular > steps.length * 0.7;
}
