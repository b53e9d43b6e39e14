import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Checkbox } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { permissionWords } from "@/api/permissionNames";
import type { AccessReviewRow } from "@/api/types";
import { roleName } from "@/features/roles/roleNames";
import { Confirm } from "@/ui/Confirm";
import type { Take } from "./queries";
import classes from "./reviews.module.css";
import { aboveWords, teamRoleWords } from "./words";

type Props = { row: AccessReviewRow; onClose: () => void; onTake: (take: Take) => Promise<unknown> };

const toggled = (list: string[], id: string) =>
  list.includes(id) ? list.filter((other) => other !== id) : [...list, id];

/** Which roles, also those in teams, and permissions a reduction takes away; what was not used is ticked. */
export function ReduceDialog({ row, onClose, onTake }: Props) {
  const again = row.decision === "reduce";
  const [roles, setRoles] = useState(again ? row.taken_roles.map((role) => role.id) : row.suggested_role_ids);
  const [permissions, setPermissions] = useState<string[]>(
    again ? row.taken_permissions : row.suggested_permissions,
  );
  const [teams, setTeams] = useState(
    again ? row.taken_team_roles.map((held) => held.team.id) : row.suggested_team_ids,
  );
  const labels = permissionWords(row.permissions);
  const take = () => onTake({ role_ids: roles, permissions, team_ids: teams });
  return (
    <Confirm
      opened
      title={t`What shall ${row.full_name} lose?`}
      action={t`Reduce`}
      disabled={roles.length + permissions.length + teams.length === 0}
      onConfirm={take}
      onClose={onClose}
    >
      <p className={classes.sub}>
        <Trans>It is taken away when the review is finished. What was not used is ticked.</Trans>
      </p>
      {row.from_above && row.roles.length + row.permissions.length > 0 && (
        <Alert mb="sm" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
          {aboveWords(row)}
        </Alert>
      )}
      {row.roles.length > 0 && (
        <fieldset className={classes.set}>
          <legend className={classes.label}>{t`Roles`}</legend>
          <div className={classes.choices}>
            {row.roles.map((role) => (
              <Checkbox
                key={role.id}
                label={roleName(role)}
                checked={roles.includes(role.id)}
                onChange={() => setRoles(toggled(roles, role.id))}
              />
            ))}
          </div>
        </fieldset>
      )}
      {row.team_roles.length > 0 && (
        <fieldset className={classes.set}>
          <legend className={classes.label}>{t`Roles in teams`}</legend>
          <div className={classes.choices}>
            {row.team_roles.map((held) => (
              <Checkbox
                key={held.team.id}
                label={teamRoleWords(held)}
                checked={teams.includes(held.team.id)}
                onChange={() => setTeams(toggled(teams, held.team.id))}
              />
            ))}
          </div>
        </fieldset>
      )}
      {row.permissions.length > 0 && (
        <fieldset className={classes.set}>
          <legend className={classes.label}>{t`Direct permissions`}</legend>
          <div className={classes.choices}>
            {row.permissions.map((permission, index) => (
              <Checkbox
                key={permission}
                label={labels[index]}
                checked={permissions.includes(permission)}
                onChange={() => setPermissions(toggled(permissions, permission))}
              />
            ))}
          </div>
        </fieldset>
      )}
    </Confirm>
  );
}
