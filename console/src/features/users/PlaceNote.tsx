import { t } from "@lingui/core/macro";
import type { User } from "@/api/types";
import { formatList } from "@/app/format";

type Place = User["organizations"][number];

/** Where somebody belongs who does not belong to home, the organization whose list they are in. */
export function placesElsewhere(user: User, home: string): Place[] {
  return user.organizations.some((place) => place.id === home) ? [] : user.organizations;
}

/** The first of the places, and how many more there are; all of them on hover and to screen readers. */
export function PlaceNote({ places }: { places: Place[] }) {
  const first = places[0]?.name;
  if (!first) return null;
  const more = places.length - 1;
  const all = formatList(places.map((place) => place.name));
  return <bdi title={t`Belongs to ${all}`}>{more > 0 ? t`${first} +${more}` : first}</bdi>;
}
