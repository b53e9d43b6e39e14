import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { newest } from "@/api/conflict";
import type { Membership, User } from "@/api/types";
import { formatList } from "@/app/format";
import { leaveOrganization } from "@/features/users/actions";
import { useRefreshUsers } from "@/features/users/queries";
import { Confirm } from "@/ui/Confirm";
import { notifyDone } from "@/ui/notify";
import classes from "./organizations.module.css";
import { memberCounted } from "./queries";

type Props = {
  user: User;
  /** What would end; null while nobody asks for it. */
  membership: Membership | null;
  onClose: () => void;
  onDone?: () => void;
};

/** Asks whether somebody should leave an organization, and names what ends with it. */
export function LeaveOrganization({ user, membership, onClose, onDone }: Props) {
  const queryClient = useQueryClient();
  const refresh = useRefreshUsers();
  const [last, setLast] = useState(membership);
  if (membership && membership !== last) setLast(membership);
  // While the dialog fades out it still names the last place.
  const shown = membership ?? last;
  const name = user.full_name;
  const place = shown?.organization.name ?? "";
  const leave = async (refusal: unknown) => {
    if (!membership) return;
    await leaveOrganization(newest(user, refusal), membership.organization.id);
    notifyDone(t`${name} no longer belongs to ${place}.`);
    onDone?.();
    await refresh();
    await memberCounted(queryClient, membership.organization.id, -1);
  };
  return (
    <Confirm
      opened={membership !== null}
      title={t`Remove ${name} from ${place}?`}
      action={t`Remove ${name}`}
      danger
      onConfirm={leave}
      onClose={onClose}
    >
      {shown && <Ending membership={shown} />}
      <Trans>They keep their account and their other organizations.</Trans>
    </Confirm>
  );
}

function Ending({ membership }: { membership: Membership }) {
  const { alias, includes_descendants: below, organization, teams } = membership;
  const names = formatList(teams.map((team) => team.name));
  return (
    <>
      <Trans>This ends at once:</Trans>
      <ul className={classes.goes}>
        <li>
          {below
            ? t`What they may do in ${organization.name} and in everything below it.`
            : t`What they may do in ${organization.name}.`}
        </li>
        {teams.length > 0 && (
          <li>
            {plural(teams.length, {
              one: `Their place in the team ${names}.`,
              other: `Their places in # teams: ${names}.`,
            })}
          </li>
        )}
        {alias && <li>{t`Their alias there, ${alias}.`}</li>}
      </ul>
    </>
  );
}
