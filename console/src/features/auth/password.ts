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
  if (distinct < 6 || isSequence(password) || isCommon(password)) return { score: 1, problem: "simple" };
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) =>
    kind.test(password),
  ).length;
  const points = length + distinct / 2 + classes * 2;
  if (points >= 32) return { score: 4, problem: null };
  return { score: points >= 24 ? 3 : 2, problem: null };
}

/** What others know of a person, and a password may therefore not contain: names, the address, the company. */
export function personalWords(
  person: { first_name: string; last_name: string; nickname?: string | null; email: string },
  company?: { name: string; short_name: string },
): string[] {
  const { first_name: first, last_name: last, nickname, email } = person;
  return [first, last, nickname ?? "", email, company?.name ?? "", company?.short_name ?? ""];
}

/** Whether one of the words is in the password, as it is or without what separates its letters and digits. */
function isPersonal(password: string, personal: string[]): boolean {
  const folded = password.toLowerCase();
  const joined = lettersAndDigits(folded).join("");
  return personal
    .map((word) => (word.includes("@") ? word.replace(/\.[^.@]*$/, "") : word).toLowerCase())
    .flatMap((word) => lettersAndDigits(word))
    .filter((word) => [...word].length >= 4)
    .some((word) => folded.includes(word) || joined.includes(word));
}

const lettersAndDigits = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

/** Some of those that very many have; the server knows thousands more, and refuses each of these. */
const common = new Set(
  (
    "password passwort passwd passw0rd p@ssw0rd motdepasse qwerty qwertz qwertyuiop qwertzuiop azerty asdfghjkl yxcvbnm zxcvbnm " +
    "welcome admin letmein iloveyou monkey dragon football sunshine princess changeme secret geheim hallo hello abc123 1q2w3e4r"
  ).split(" "),
);

/** How much around a common password does not make it uncommon, as on the server. */
const decoration = 8;

/** Whether a password is a common one, alone or repeated, with a little that is no letter around it. */
function isCommon(password: string): boolean {
  const folded = password.toLowerCase();
  const core = folded.replace(/^\P{L}+|\P{L}+$/gu, "");
  const inner = folded.length - core.length > decoration ? "" : core;
  return [folded, inner].some((text) => common.has(text) || common.has(repeated(text)));
}

/** The shortest unit that a text is a repetition of. */
const repeated = (text: string) => text.slice(0, (text + text).indexOf(text, 1));

function isSequence(password: string): boolean {
  const codes = [...password.toLowerCase()].map((char) => char.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, at) => code - (codes[at] ?? 0));
  const regular = steps.filter((step) => step === 1 || step === -1 || step === 0).length;
  return regular > steps.length * 0.7;
}
