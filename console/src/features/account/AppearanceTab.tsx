import { t } from "@lingui/core/macro";
import { Stack, Switch } from "@mantine/core";
import { useState } from "react";
import { LanguageSelect, ThemeControl } from "@/app/Appearance";
import { setShortcutsEnabled, shortcutsEnabled } from "@/app/preferences";

/** Theme, language and keyboard. Each takes effect at once. */
export function AppearanceTab() {
  const [shortcuts, setShortcuts] = useState(shortcutsEnabled);
  return (
    <Stack gap="lg" maw={420}>
      <ThemeControl />
      <LanguageSelect />
      <Switch
        label={t`Keyboard shortcuts`}
        description={t`/ jumps to the search, n and p turn the pages of a list.`}
        checked={shortcuts}
        onChange={(event) => {
          setShortcuts(event.currentTarget.checked);
          setShortcutsEnabled(event.currentTarget.checked);
        }}
      />
    </Stack>
  );
}
