import type { Session } from "@/api/types";
import { setTenantColor } from "./brand";
import { setTimezone } from "./format";
import { activateLanguage, languageOf } from "./i18n";

/** Makes the console look and speak as the signed-in person and their tenant want it. */
export async function adoptSession(session: Session): Promise<void> {
  setTenantColor(session.tenant.color);
  setTimezone(session.user.timezone);
  const language = languageOf(session.user.locale);
  if (language) await activateLanguage(language);
}
