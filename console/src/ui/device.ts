import { t } from "@lingui/core/macro";

type Sender = { browser: string; system: string };

/** What somebody used, in the reader's language; "" when neither browser nor system is known. */
export function deviceText({ browser, system }: Sender): string {
  if (browser && system) return t`${browser} on ${system}`;
  return system ? t`A browser on ${system}` : browser;
}
