import { client, unwrap } from "@/api/client";
import { activateLanguage, languageOf, pickedLanguage } from "@/app/i18n";
import type { InvitationOffer } from "./queries";

/**
 * What the link of an invitation offers. The page speaks its language until the
 * person picks another; this browser does not remember it as their choice.
 */
export async function lookUp(token: string): Promise<InvitationOffer> {
  const offer = await unwrap<InvitationOffer>(client.POST("/invitations/lookup", { body: { token } }));
  const language = languageOf(offer.locale);
  if (language && !pickedLanguage()) await activateLanguage(language, false);
  return offer;
}
