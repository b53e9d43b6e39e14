import { readFileSync } from "node:fs";

/** What the console says for an English text in another language; an untranslated text is an error. */
export function translated(language: "de" | "es" | "fr", english: string): string {
  const catalogue = readFileSync(new URL(`../../console/src/locales/${language}.po`, import.meta.url), "utf8");
  const entry = catalogue.split("\n\n").find((block) => block.includes(`\nmsgid ${JSON.stringify(english)}\n`));
  const text = /^msgstr (".*")$/m.exec(entry ?? "")?.[1];
  const words = text ? (JSON.parse(text) as string) : "";
  if (!words || words === english) throw new Error(`${language}.po does not translate ${JSON.stringify(english)}`);
  return words;
}
