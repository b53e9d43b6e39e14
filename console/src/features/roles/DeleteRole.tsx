import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Skeleton, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Page, Role } from "@/api/types";
import { useCan } from "@/app/session";
import type { Invitation } from "@/features/invitations/queries";
import { Confirm } from "@/ui/Confirm";
import { notifyDone } from "@/ui/notify";
import { roleInvitationsQuery, roleMembersQuery, rolesQuery } from "./queries";
import classes from "./roles.module.css";

type Props = { role: Role; opened: boolean; onClose: () => void; onDeleted: () => void };

/** Deletes a role nobody holds or is invited to; for another it says who is. */
export function DeleteRole({ role, opened, onClose, onDeleted }: Props) {
  const queryClient = useQueryClient();
  const remove = async () => {
    await unwrap(
      client.DELETE("/roles/{id}", {
        params: { path: { id: role.id }, header: { "If-Match": ifMatch(role.version) } },
      }),
    );
    notifyDone(t`The role ${role.name} is deleted.`);
    onDeleted();
    await queryClient.invalidateQueries({ queryKey: rolesQuery.queryKey });
  };
  const may = useCan();
  const pending = useQuery({ ...roleInvitationsQuery(role.id), enabled: opened && may("users.invite") });
  const invitations = pending.data?.items ?? [];
  if (role.members_count > 0 || invitations.length > 0)
    return <Holders role={role} invitations={pending.data} opened={opened} onClose={onClose} />;
  return (
    <Confirm
      opened={opened && !(pending.isEnabled && pending.isPending)}
      title={t`Delete the role ${role.name}?`}
      action={t`Delete the role`}
      danger
      onConfirm={remove}
      onClose={onClose}
    >
      <Trans>Nobody holds it, so nobody loses access. It can't be restored.</Trans>
    </Confirm>
  );
}

type HoldersProps = { role: Role; invitations?: Page<Invitation>; opened: boolean; onClose: () => void };

/** Who holds the role, or is invited to, and where to take it away. */
function Holders({ role, invitations, opened, onClose }: HoldersProps) {
  const may = useCan();
  const held = role.members_count > 0;
  const members = useQuery({ ...roleMembersQuery(role.id), enabled: opened && held });
  const people = members.data?.items.slice(0, 10) ?? [];
  const rest = role.members_count - people.length;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t`${role.name} can't be deleted yet`}
      size={440}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <Stack gap="md">
        {held && (
          <div>
            {plural(role.members_count, {
              one: "# person holds this role. Take it away from them first:",
              other: "# people hold this role. Take it away from them first:",
            })}
            {members.isPending && <Skeleton height={72} mt="sm" />}
            <ul className={classes.holders}>
              {people.map((person) => (
                <li key={person.id}>
                  <Link to="/admin/users/$id" params={{ id: person.id }} className="link">
                    {person.full_name}
                  </Link>
                </li>
              ))}
              {members.data && rest > 0 && (
                <li>{plural(rest, { one: "and # more", other: "and # more" })}</li>
              )}
            </ul>
          </div>
        )}
        {invitations && invitations.items.length > 0 && <Pending invitations={invitations} />}
        <Group justify="flex-end">
          {held && may("users.read") && (
            <Button
              variant="default"
              renderRoot={(button) => <Link to="/admin/users" search={{ role: role.id }} {...button} />}
            >
              <Trans>Show them all</Trans>
            </Button>
          )}
          <Button onClick={onClose}>
            <Trans>Close</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Pending({ invitations }: { invitations: Page<Invitation> }) {
  return (
    <div>
      <Trans>Pending invitations give this role. Delete them first, or wait until they are answered:</Trans>
      <ul className={classes.holders}>
        {invitations.items.map(({ id, email }) => (
          <li key={id}>
            <Link to="/admin/invitations" search={{ state: "pending", search: email }} className="link">
              {email}
            </Link>
          </li>
        ))}
        {invitations.next_cursor && (
          <li>
            <Trans>and more</Trans>
          </li>
        )}
      </ul>
    </div>
  );
}
