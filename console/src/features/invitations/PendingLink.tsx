import { plural, t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { formatNumber } from "@/app/format";
import { useCan } from "@/app/session";
import { invitationStatsQuery, invitationUrl, maxCounted } from "./queries";

/** Leads to the invitations of an organization, and says how many of them wait for an answer. */
export function PendingLink({ organization }: { organization: { id: string } }) {
  const may = useCan();
  const stats = useQuery({ ...invitationStatsQuery(organization.id), enabled: may("users.invite") });
  if (!may("users.invite")) return null;
  return (
    <Link
      to="/admin/invitations"
      search={invitationUrl({ organization_id: organization.id })}
      className="link"
    >
      {pendingWords(stats.data?.pending ?? 0)}
    </Link>
  );
}

/** How many invitations wait for an answer, in words. */
export function pendingWords(pending: number): string {
  if (pending >= maxCounted) {
    const many = formatNumber(maxCounted);
    return t`Invitations, ${many} or more pending`;
  }
  if (pending === 0) return t`Invitations`;
  return plural(pending, { one: "Invitations, # pending", other: "Invitations, # pending" });
}
