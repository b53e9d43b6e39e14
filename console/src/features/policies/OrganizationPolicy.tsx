import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useCan } from "@/app/session";
import { organizationsQuery } from "@/features/organizations/queries";
import { ErrorState } from "@/ui/ErrorState";
import { type Edit, PolicyForm } from "./PolicyForm";
import { policyQuery } from "./queries";

/** Loads the policy of an organization, and edits those of its settings that the caller shows. */
export function OrganizationPolicy({ org, children }: { org: string; children: (edit: Edit) => ReactNode }) {
  const may = useCan();
  const tree = useQuery({ ...organizationsQuery, enabled: may("organizations.read") });
  const policy = useQuery(policyQuery(org));
  if (policy.isError && !policy.data) {
    return <ErrorState error={policy.error} onRetry={() => void policy.refetch()} />;
  }
  if (!policy.data) return <Skeleton height={240} mt="lg" />;
  const hasBelow = (tree.data ?? []).some((o) => o.parent_id === org);
  return (
    <PolicyForm key={policy.data.version} policy={policy.data} hasBelow={hasBelow}>
      {children}
    </PolicyForm>
  );
}
