import { t } from "@lingui/core/macro";
import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useSession } from "@/app/session";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { Page } from "@/ui/Page";
import { TabStrip } from "@/ui/TabStrip";
import { AllowlistSetting } from "./AllowlistSetting";
import type { Draft } from "./draft";
import { ExceptionsTab } from "./ExceptionsTab";
import { OrganizationPolicy } from "./OrganizationPolicy";
import classes from "./policies.module.css";
import { IdleSetting, SignInSettings } from "./settings";

const policyTabs = ["idle", "sign-in", "addresses", "exceptions"] as const;
type PolicyTab = (typeof policyTabs)[number];

const settingsOn: Record<PolicyTab, readonly (keyof Draft)[]> = {
  idle: ["idle_minutes"],
  "sign-in": ["lifetime_minutes", "password_length", "temporary_password_hours", "log_in_as_allowed"],
  addresses: ["allowlist"],
  exceptions: [],
};

/** What an organization asks of its people: when sessions end, from where they come, how long passwords are. */
export function PoliciesPage() {
  const session = useSession();
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const tab: PolicyTab = policyTabs.find((name) => name === search.tab) ?? "idle";
  const org = search.org ?? session.organization.id;
  const [changed, setChanged] = useState<(keyof Draft)[]>([]);
  const go = (next: { tab?: string; org?: string }) => {
    const to = { tab, org, ...next };
    const params = {
      ...(to.tab !== "idle" && { tab: to.tab }),
      ...(to.org !== session.organization.id && { org: to.org }),
    };
    void navigate({ to: "/admin/policies", search: params, replace: true });
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
        <TabStrip>
          {policyTabs.map((name) => (
            <Tabs.Tab
              key={name}
              value={name}
              rightSection={settingsOn[name].some((key) => changed.includes(key)) && <NotSaved />}
            >
              {tabName(name)}
            </Tabs.Tab>
          ))}
        </TabStrip>
        <Tabs.Panel value="exceptions">
          <ExceptionsTab />
        </Tabs.Panel>
      </Tabs>
      {/* What is typed stays while one looks at the exceptions. */}
      {(tab !== "exceptions" || changed.length > 0) && (
        <div hidden={tab === "exceptions"}>
          <OrganizationPolicy
            key={org}
            org={org}
            settings={settingsOn[tab]}
            placeOf={placeOf}
            onChanged={setChanged}
          >
            {(edit) => (
              <>
                {tab === "idle" && <IdleSetting edit={edit} />}
                {tab === "sign-in" && <SignInSettings edit={edit} />}
                {tab === "addresses" && <AllowlistSetting edit={edit} />}
              </>
            )}
          </OrganizationPolicy>
        </div>
      )}
    </Page>
  );
}

function tabName(tab: PolicyTab): string {
  const names: Record<PolicyTab, string> = {
    idle: t`Idle logout`,
    "sign-in": t`Sign-in`,
    addresses: t`Allowed addresses`,
    exceptions: t`Exceptions`,
  };
  return names[tab];
}

/** The name of the tab that a setting is on. */
function placeOf(key: keyof Draft): string {
  return tabName(policyTabs.find((tab) => settingsOn[tab].includes(key)) ?? "idle");
}

/** Marks a tab with something that is not saved. */
function NotSaved() {
  return <span className={classes.unsaved} role="img" aria-label={t`not saved`} title={t`not saved`} />;
}
