const storageKey = "retinue.organization";

/** The organization in which this tab acts; "" until the session says which. */
export function actingIn(): string {
  try {
    return sessionStorage.getItem(storageKey) ?? "";
  } catch {
    return "";
  }
}

/** Makes this tab act in an organization; other tabs stay where they are. "" leaves it to the session. */
export function actIn(organization: string): void {
  try {
    if (organization) sessionStorage.setItem(storageKey, organization);
    else sessionStorage.removeItem(storageKey);
  } catch {
    // Without storage the tab acts where the session does.
  }
}

/** The header that names the organization in which a request acts. */
export const organizationHeader = "Retinue-Organization";

const refusals = ["not_a_member", "organization_suspended"];

/** Whether the server refused because this tab may not act where it wants to. */
export function isPlaceRefusal(code: string): boolean {
  return refusals.includes(code);
}
