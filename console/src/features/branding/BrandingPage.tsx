import { t } from "@lingui/core/macro";
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useSession } from "@/app/session";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { ErrorState } from "@/ui/ErrorState";
import { Page } from "@/ui/Page";
import { BrandForm } from "./BrandForm";
import classes from "./branding.module.css";
import { Domains } from "./Domains";
import { brandQuery } from "./queries";

/** How an organization shows itself, and under which domains it is reached. */
export function BrandingPage() {
  const { organization: here } = useSession();
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const organization = search.organization ?? here.id;
  const brand = useQuery(brandQuery(organization));
  const choose = (id: string) =>
    void navigate({
      to: "/admin/branding",
      search: id !== here.id ? { organization: id } : {},
      replace: true,
    });
  return (
    <Page title={t`Branding`} lead={t`What people see when they sign in, in their dashboard and in mails.`}>
      <OrganizationSelect
        className={classes.choice}
        label={t`Organization`}
        description={t`Those below it look the same where they set nothing else.`}
        value={organization}
        onChange={({ id }) => choose(id)}
      />
      {brand.isError && <ErrorState error={brand.error} onRetry={() => void brand.refetch()} />}
      {brand.isPending && <Skeleton height={420} />}
      {brand.data && <BrandForm key={brand.data.organization.id} brand={brand.data} />}
      <Domains organization={organization} />
    </Page>
  );
}
