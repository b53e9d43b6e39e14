import { t } from "@lingui/core/macro";
import { Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useSession } from "@/app/session";
import { organizationsQuery } from "@/features/organizations/queries";
import { ErrorState } from "@/ui/ErrorState";
import { Page } from "@/ui/Page";
import { BrandForm } from "./BrandForm";
import classes from "./branding.module.css";
import { Domains } from "./Domains";
import { brandQuery } from "./queries";

/** How an organization shows itself, and under which domains it is reached. */
export function BrandingPage() {
  const { organization: here } = useSession();
  const search = useSearch({ strict: false }) as { organization?: string };
  const navigate = useNavigate();
  const organizations = useQuery(organizationsQuery);
  const organization = search.organization ?? here.id;
  const brand = useQuery(brandQuery(organization));
  const choose = (id: string | null) =>
    void navigate({
      to: "/admin/branding",
      search: (id && id !== here.id ? { organization: id } : {}) as never,
      replace: true,
    });
  return (
    <Page title={t`Branding`} lead={t`What people see when they sign in, in their dashboard and in mails.`}>
      <Select
        className={classes.choice}
        label={t`Organization`}
        description={t`Those below it look the same where they set nothing else.`}
        searchable
        allowDeselect={false}
        value={organization}
        onChange={choose}
        nothingFoundMessage={t`Nothing found`}
        data={(organizations.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      {brand.isError && <ErrorState error={brand.error} onRetry={() => void brand.refetch()} />}
      {brand.isPending && <Skeleton height={420} />}
      {brand.data && (
        <BrandForm key={`${brand.data.organization.id} ${brand.data.version}`} brand={brand.data} />
      )}
      <Domains organization={organization} />
    </Page>
  );
}
