import { useQuery } from "@tanstack/react-query";
import { useCan } from "@/app/session";
import { adminOption } from "./AccessField";
import type { Place } from "./choices";
import { organizationQuery } from "./queries";

/** The checkboxes that are ticked at first: the first person of a client organization runs it. */
export function suggestedAccess(place: Place | null, first: boolean): string[] {
  if (!place || place.is_root) return [];
  return first ? [adminOption, "home"] : ["home"];
}

/** Whether an organization is known to have nobody yet. */
export function useIsEmpty(place: Pick<Place, "id"> | null): boolean {
  const may = useCan();
  const found = useQuery({
    ...organizationQuery(place?.id ?? ""),
    enabled: place !== null && may("organizations.read"),
  });
  return found.data?.members_count === 0;
}
