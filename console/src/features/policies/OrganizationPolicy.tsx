import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useCan } from "@/app/session";
import { organizationsQuery } from "@/features/organizations/queries";
import { ErrorState } from "@/ui/ErrorState";
import type { Draft } from "./draft";
import { type Edit, PolicyForm } from "./PolicyForm";
import { policyQuery } from "./queries";

type Props = {
  org: string;
  /** The settings that the caller shows, by their names and as fields. */
  settings: readonly (keyof Draft)[];
  children: (edit: Edit) => ReactNode;
};

/** Loads the policy of an organization, and edits some of its settings. */
export function OrganizationPolicy({ org, settings, children }: Props) {
  const may = useCan();
  const tree = useQuery({ ...organizationsQuery, enabled: may("organizations.read") });
  const policy = useQuery(policyQuery(org));
  if (policy.isError && !policy.data) {
    return <ErrorState error={policy.error} onRetry={() => void policy.refetch()} />;
  }
  if (!policy.data) return <Skeleton height={240} mt="lg" />;
  const hasBelow = (tree.data ?? []).some((o) => o.parent_id === org);
  return (
    <PolicyForm key={policy.data.version} policy={policy.data} hasBelow={hasBelow} settings={settings}>
      {children}
    </PolicyForm>
  );
}
