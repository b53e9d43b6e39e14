import type { Session } from "@/api/types";
import { actIn } from "./acting";
import { setBrandName, setTenantColor } from "./brand";
import { setTimezone } from "./format";
import { activateLanguage, languageOf } from "./i18n";

/** Makes the console look and speak as the signed-in person and their tenant want it. */
export async function adoptSession(session: Session): Promise<void> {
  setTenantColor(session.brand.color);
  setBrandName(session.brand.name);
  setTimezone(session.user.effective_timezone);
  // From now on the tab stays there, whatever another tab switches to.
  actIn(session.organization.id);
  const language = languageOf(session.user.effective_locale);
  if (language) await activateLanguage(language);
}
