import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useSession } from "@/app/session";
import { PermissionMatrix } from "@/features/roles/PermissionMatrix";
import { permissionsQuery } from "@/features/roles/queries";
import classes from "./invitations.module.css";

type Choice = { value: string[]; onChange: (value: string[]) => void };

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
