import { t } from "@lingui/core/macro";
import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useSession } from "@/app/session";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { Page } from "@/ui/Page";
import { AllowlistSetting } from "./AllowlistSetting";
import type { Draft } from "./draft";
import { ExceptionsTab } from "./ExceptionsTab";
import { OrganizationPolicy } from "./OrganizationPolicy";
import { IdleSetting, SignInSettings } from "./settings";

export const policyTabs = ["idle", "sign-in", "addresses", "exceptions"] as const;
export type PolicyTab = (typeof policyTabs)[number];

const settingsOn: Record<PolicyTab, readonly (keyof Draft)[]> = {
  idle: ["idle_minutes"],
  "sign-in": ["lifetime_minutes", "password_length", "temporary_password_hours", "log_in_as_allowed"],
  addresses: ["allowlist"],
  exceptions: [],
};

/** What an organization asks of its people: when sessions end, from where they come, how long passwords are. */
export function PoliciesPage() {
  const session = useSession();
  const search = useSearch({ strict: false }) as { tab?: string; org?: string };
  const navigate = useNavigate();
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
      {tab !== "exceptions" && (
        <OrganizationPolicy org={org} settings={settingsOn[tab]} key={org}>
          {(edit) => (
            <>
              {tab === "idle" && <IdleSetting edit={edit} />}
              {tab === "sign-in" && <SignInSettings edit={edit} />}
              {tab === "addresses" && <AllowlistSetting edit={edit} />}
            </>
          )}
        </OrganizationPolicy>
      )}
    </Page>
  );
}
