import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCan } from "@/app/session";
import { hasBelowQuery } from "@/features/organizations/queries";
import { ErrorState } from "@/ui/ErrorState";
import { PolicyForm, type PolicyFormProps } from "./PolicyForm";
import { policyQuery } from "./queries";

type Props = { org: string } & Omit<PolicyFormProps, "policy" | "hasBelow">;

/** Loads the policy of an organization, and edits some of its settings. */
export function OrganizationPolicy({ org, ...form }: Props) {
  const may = useCan();
  const hasBelow = useQuery({ ...hasBelowQuery(org), enabled: may("organizations.read") });
  const policy = useQuery(policyQuery(org));
  if (policy.isError && !policy.data) {
    return <ErrorState error={policy.error} onRetry={() => void policy.refetch()} />;
  }
  if (!policy.data) return <Skeleton height={240} mt="lg" />;
  return (
    <PolicyForm
      key={policy.data.organization_id}
      policy={policy.data}
      hasBelow={hasBelow.data === true}
      {...form}
    />
  );
}
