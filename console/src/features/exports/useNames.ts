import { useQuery } from "@tanstack/react-query";
import type { ExportFilter } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { organizationQuery } from "@/features/organizations/queries";
import { rolesQuery } from "@/features/roles/queries";
import { roleName } from "@/features/roles/roleNames";
import { teamQuery } from "@/features/teams/queries";
import type { NameOf } from "./words";

/** Names for the ids that a filter has: of a role, a team and an organization, as far as the person may see them. */
export function useNames({ role, team, organization_id: place = "" }: ExportFilter): NameOf {
  const may = useCan();
  const { organization: here } = useSession();
  const roles = useQuery({ ...rolesQuery, enabled: Boolean(role) && may("roles.read") });
  const single = useQuery({ ...teamQuery(team ?? ""), enabled: Boolean(team) && may("teams.read") });
  const elsewhere = place !== "" && place !== here.id;
  const organization = useQuery({
    ...organizationQuery(place),
    enabled: elsewhere && may("organizations.read"),
  });
  const named = (roles.data ?? []).map((one) => ({ id: one.id, name: roleName(one) }));
  const all = [here, organization.data, ...named, single.data];
  const asking = roles.isLoading || single.isLoading || organization.isLoading;
  return (id) => all.find((entry) => entry?.id === id)?.name ?? (asking ? "…" : id);
}
