import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useSession } from "@/app/session";
import { OrganizationPolicy } from "@/features/policies/OrganizationPolicy";
import { IdleSetting } from "@/features/policies/settings";
import { Page } from "@/ui/Page";
import { PeopleTabs } from "./PeopleTabs";
import classes from "./UsersPage.module.css";

/** After which time without doing anything people are signed out where one acts: one setting of its policy. */
export function IdleLogoutPage() {
  const { id, name } = useSession().organization;
  return (
    <Page title={t`Users`} part={t`Idle logout`}>
      <PeopleTabs value="idle" />
      <p className={classes.about}>
        <Trans>
          It holds in {name} and in the organizations below it, from the next request on. Sign-in, allowed
          addresses and other organizations are under{" "}
          <Link to="/admin/policies" className="link">
            Policies
          </Link>
          .
        </Trans>
      </p>
      <OrganizationPolicy org={id} settings={["idle_minutes"]} key={id}>
        {(edit) => <IdleSetting edit={edit} />}
      </OrganizationPolicy>
    </Page>
  );
}
