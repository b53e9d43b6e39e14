import { t } from "@lingui/core/macro";
import { Skeleton, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Organization } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { organizationsQuery } from "@/features/organizations/queries";
import { ErrorState } from "@/ui/ErrorState";
import { Page } from "@/ui/Page";
import { ExceptionsTab } from "./ExceptionsTab";
import { PolicyForm } from "./PolicyForm";
import { policyQuery } from "./queries";

export const policyTabs = ["idle", "sign-in", "addresses", "exceptions"] as const;
export type PolicyTab = (typeof policyTabs)[number];

/** What an organization asks of its people: when sessions end, from where they come, how long passwords are. */
export function PoliciesPage() {
  const session = useSession();
  const may = useCan();
  const search = useSearch({ strict: false }) as { tab?: string; org?: string };
  const navigate = useNavigate();
  const tree = useQuery({ ...organizationsQuery, enabled: may("organizations.read") });
  const tab: PolicyTab = policyTabs.find((name) => name === search.tab) ?? "idle";
  const org = search.org ?? session.organization.id;
  const go = (next: { tab?: string; org?: string }) => {
    const to = { tab, org, ...next };
    const params = {
      ...(to.tab !== "idle" && { tab: to.tab }),
      ...(to.org !== session.organization.id && { org: to.org }),
    };
    void navigate({ to: "/admin/policies", search: params as never, replace: true });
  };
  return (
    <Page
      title={t`Policies`}
      lead={t`They hold in the organization and in those below it, from the next request on.`}
      actions={
        <OrganizationSelect
          label={t`Organization`}
          labelHidden
          value={org}
          onChange={({ id }) => go({ org: id })}
        />
      }
    >
      <Tabs value={tab} onChange={(next) => go({ tab: next ?? "idle" })} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="idle">{t`Idle logout`}</Tabs.Tab>
          <Tabs.Tab value="sign-in">{t`Sign-in`}</Tabs.Tab>
          <Tabs.Tab value="addresses">{t`Allowed addresses`}</Tabs.Tab>
          <Tabs.Tab value="exceptions">{t`Exceptions`}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="exceptions">
          <ExceptionsTab />
        </Tabs.Panel>
      </Tabs>
      {tab !== "exceptions" && <Loaded org={org} tab={tab} tree={tree.data ?? []} key={org} />}
    </Page>
  );
}

function Loaded({ org, tab, tree }: { org: string; tab: PolicyTab; tree: Organization[] }) {
  const policy = useQuery(policyQuery(org));
  if (policy.isError && !policy.data) {
    return <ErrorState error={policy.error} onRetry={() => void policy.refetch()} />;
  }
  if (!policy.data) return <Skeleton height={240} mt="lg" />;
  const hasBelow = tree.some((o) => o.parent_id === org);
  return <PolicyForm key={policy.data.version} policy={policy.data} tab={tab} hasBelow={hasBelow} />;
}
