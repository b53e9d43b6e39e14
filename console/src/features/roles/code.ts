/** Letters that Unicode decomposition leaves alone. */
const special: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/**
 * The code made from a role's name: lower case ASCII letters, digits and single underscores, at most
 * 64 characters. A name without any such letter gives an empty code.
 */
export function codeFromName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => special[letter] ?? "")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, 64)
    .replace(/^_+|_+$/g, "");
}
