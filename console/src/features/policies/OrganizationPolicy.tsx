import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useCan } from "@/app/session";
import { hasBelowQuery } from "@/features/organizations/queries";
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
  const hasBelow = useQuery({ ...hasBelowQuery(org), enabled: may("organizations.read") });
  const policy = useQuery(policyQuery(org));
  if (policy.isError && !policy.data) {
    return <ErrorState error={policy.error} onRetry={() => void policy.refetch()} />;
  }
  if (!policy.data) return <Skeleton height={240} mt="lg" />;
  return (
    <PolicyForm
      key={policy.data.version}
      policy={policy.data}
      hasBelow={hasBelow.data === true}
      settings={settings}
    >
      {children}
    </PolicyForm>
  );
}
