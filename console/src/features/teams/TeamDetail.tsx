import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Team } from "@/api/types";
import { formatList } from "@/app/format";
import roles from "@/features/roles/roles.module.css";
import { Confirm } from "@/ui/Confirm";
import { notifyDone } from "@/ui/notify";
import { PersonAvatar } from "@/ui/PersonAvatar";
import { refreshTeams } from "./queries";
import { TeamMembers } from "./TeamMembers";
import { TeamPanel } from "./TeamPanel";

type Props = {
  team: Team;
  /** Search and page of the list that it was chosen from. */
  kept: Record<string, string>;
};

/** One team: what it is for, and who is in it. */
export function TeamDetail({ team, kept }: Props) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const remove = async () => {
    await unwrap(
      client.DELETE("/teams/{id}", {
        params: { path: { id: team.id }, header: { "If-Match": ifMatch(team.version) } },
      }),
    );
    notifyDone(t`The team ${team.name} is deleted.`);
    await navigate({ to: "/admin/teams", search: kept });
    await refreshTeams(queryClient);
  };
  return (
    <section aria-label={team.name}>
      <div className={roles.head}>
        <PersonAvatar person={{ full_name: team.name, photo_thumb_url: team.photo_thumb_url }} size={40} />
        <h2 className={roles.name} dir="auto">
          {team.name}
        </h2>
        {team.manageable && (
          <div className={roles.headActions}>
            <Button
              variant="default"
              leftSection={<IconTrash size={16} stroke={1.75} />}
              onClick={() => setDeleting(true)}
            >
              <Trans>Delete</Trans>
            </Button>
            <Button
              variant="default"
              leftSection={<IconPencil size={16} stroke={1.75} />}
              onClick={() => setEditing(true)}
            >
              <Trans>Edit</Trans>
            </Button>
          </div>
        )}
      </div>
      <p className={roles.facts}>
        {team.description && <span>{team.description}</span>}
        <span>{team.organization.name}</span>
        {team.serves.length > 0 && (
          <span>
            <Trans>Works for {formatList(team.serves.map((organization) => organization.name))}</Trans>
          </span>
        )}
        <span>{plural(team.members_count, { one: "# person", other: "# people" })}</span>
      </p>
      <TeamMembers team={team} />
      {editing && <TeamPanel team={team} onClose={() => setEditing(false)} />}
      <Confirm
        opened={deleting}
        title={t`Delete the team ${team.name}?`}
        action={t`Delete the team`}
        danger
        onConfirm={remove}
        onClose={() => setDeleting(false)}
      >
        {plural(team.members_count, {
          0: "Nobody is in it. It can't be restored.",
          one: "# person leaves it and loses what the role there gave. The person stays. The team can't be restored.",
          other:
            "# people leave it and lose what their roles there gave. The people stay. The team can't be restored.",
        })}
      </Confirm>
    </section>
  );
}
