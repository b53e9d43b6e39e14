import { useQuery } from "@tanstack/react-query";
import { useCan, useSession } from "@/app/session";
import { organizationsQuery } from "@/features/organizations/queries";
import { rolesQuery } from "@/features/roles/queries";
import { teamsQuery } from "@/features/teams/queries";
import type { NameOf } from "./words";

/** Names for the ids that filters have: of roles, teams and organizations that the person may see. */
export function useNames(): NameOf {
  const may = useCan();
  const { organization } = useSession();
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") });
  const teams = useQuery({ ...teamsQuery, enabled: may("teams.read") });
  const organizations = useQuery({ ...organizationsQuery, enabled: may("organizations.read") });
  const all = [organization, ...(roles.data ?? []), ...(teams.data ?? []), ...(organizations.data ?? [])];
  return (id) => all.find((entry) => entry.id === id)?.name ?? id;
}
