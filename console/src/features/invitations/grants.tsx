import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCan, useSession } from "@/app/session";
import { PermissionMatrix } from "@/features/roles/PermissionMatrix";
import { permissionsQuery } from "@/features/roles/queries";
import { teamsQuery } from "@/features/teams/queries";
import classes from "./invitations.module.css";

type Choice = { value: string[]; onChange: (value: string[]) => void };

/** The teams of the organization into which people come with the invitation. */
export function TeamChoice({ organization, value, onChange }: Choice & { organization: string }) {
  const may = useCan();
  const teams = useQuery({ ...teamsQuery, enabled: may("teams.read") && may("teams.manage") });
  const own = teams.data?.filter((team) => team.organization.id === organization && team.manageable) ?? [];
  if (own.length === 0) return null;
  return (
    <MultiSelect
      label={t`Teams`}
      placeholder={value.length === 0 ? t`None` : undefined}
      searchable
      nothingFoundMessage={t`No such team`}
      value={value}
      onChange={onChange}
      data={own.map((team) => ({ value: team.id, label: team.name }))}
    />
  );
}

/** Single permissions beside what type and roles give; folded away, for few need them. */
export function PermissionChoice({ value, onChange }: Choice) {
  const { permissions: held } = useSession();
  const catalogue = useQuery(permissionsQuery);
  return (
    <details className={classes.more}>
      <summary>
        {value.length === 0 ? (
          <Trans>Single permissions</Trans>
        ) : (
          plural(value.length, { one: "# single permission", other: "# single permissions" })
        )}
      </summary>
      <p className={classes.hint}>
        <Trans>Beside what the type and the roles give. People who may only read stay so.</Trans>
      </p>
      <PermissionMatrix catalogue={catalogue.data ?? []} value={value} grantable={held} onChange={onChange} />
    </details>
  );
}
