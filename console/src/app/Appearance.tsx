import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { NativeSelect, SegmentedControl, Text, useMantineColorScheme } from "@mantine/core";
import { useEffect, useId } from "react";
import { activateLanguage, type Language, languageOf, languages } from "./i18n";
import { usePreference } from "./preferences";
import { useSession } from "./session";

type Scheme = "auto" | "light" | "dark";

/** Brings the theme of the person's profile to this browser: at sign-in, and when it was changed elsewhere. */
export function useProfileTheme(): void {
  const { theme } = useSession().user;
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (theme === "light" || theme === "dark") setColorScheme(theme);
    if (theme === "system") setColorScheme("auto");
  }, [theme, setColorScheme]);
}

/** Light, dark or as the system says; kept in this browser and in the person's profile. */
export function ThemeControl({ fullWidth = true }: { fullWidth?: boolean }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const keep = usePreference();
  const label = useId();
  const change = (value: string) => {
    setColorScheme(value as Scheme);
    void keep({ theme: value === "dark" || value === "light" ? value : "system" });
  };
  return (
    <div>
      <Text size="sm" fw={500} mb={4} id={label}>
        <Trans>Theme</Trans>
      </Text>
      <SegmentedControl
        fullWidth={fullWidth}
        size="sm"
        value={colorScheme}
        onChange={change}
        aria-labelledby={label}
        data={[
          { value: "auto", label: t`System` },
          { value: "light", label: t`Light` },
          { value: "dark", label: t`Dark` },
        ]}
      />
    </div>
  );
}

export function LanguageSelect() {
  const keep = usePreference();
  const current = languageOf(document.documentElement.lang) ?? "en";
  const change = async (language: Language) => {
    await activateLanguage(language);
    await keep({ locale: language });
  };
  return (
    <NativeSelect
      label={t`Language`}
      value={current}
      onChange={(event) => void change(event.currentTarget.value as Language)}
      data={languages.map(({ value, label }) => ({ value, label }))}
    />
  );
}
