import { i18n, type Messages } from "@lingui/core";

/** The languages of the console, each in its own words. */
export const languages = [
  { value: "en", label: "English" },
  { value: "es", label: "Español" },
  { value: "fr", label: "Français" },
  { value: "de", label: "Deutsch" },
] as const;

export type Language = (typeof languages)[number]["value"];

const storageKey = "retinue-locale";

const catalogs: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import("../locales/en.po"),
  es: () => import("../locales/es.po"),
  fr: () => import("../locales/fr.po"),
  de: () => import("../locales/de.po"),
};

/** The console's language for a tag such as "es-MX", or null if there is none. */
export function languageOf(tag: string | null | undefined): Language | null {
  const base = tag?.toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language.value === base)?.value ?? null;
}

export function initialLanguage(): Language {
  for (const tag of [stored(), ...navigator.languages]) {
    const language = languageOf(tag);
    if (language) return language;
  }
  return "en";
}

function stored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

let picked: Language | null = null;

/** What the person has picked on a page without a session since it was loaded; null when nothing. */
export function pickedLanguage(): Language | null {
  return picked;
}

/** Switches to a language because the person wants it, before they sign in. */
export async function pickLanguage(language: Language): Promise<void> {
  picked = language;
  await activateLanguage(language);
}

/** Loads a language and switches to it; the page's `lang` follows. */
export async function activateLanguage(language: Language, remember = true): Promise<void> {
  if (i18n.locale !== language) {
    const { messages } = await catalogs[language]();
    i18n.loadAndActivate({ locale: language, messages });
  }
  document.documentElement.lang = language;
  if (!remember) return;
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Without storage the language is asked of the browser again next time.
  }
}
