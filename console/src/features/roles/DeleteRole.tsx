import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Skeleton, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Role } from "@/api/types";
import { useCan } from "@/app/session";
import { Confirm } from "@/ui/Confirm";
import { notifyDone } from "@/ui/notify";
import { roleMembersQuery, rolesQuery } from "./queries";
import classes from "./roles.module.css";

type Props = { role: Role; opened: boolean; onClose: () => void; onDeleted: () => void };

/** Deletes a role nobody holds; for one that is held it says by whom. */
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
  if (role.members_count > 0) return <Holders role={role} opened={opened} onClose={onClose} />;
  return (
    <Confirm
      opened={opened}
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

function Holders({ role, opened, onClose }: { role: Role; opened: boolean; onClose: () => void }) {
  const may = useCan();
  const members = useQuery({ ...roleMembersQuery(role.id), enabled: opened });
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
            {members.data && rest > 0 && <li>{plural(rest, { one: "and # more", other: "and # more" })}</li>}
          </ul>
        </div>
        <Group justify="flex-end">
          {may("users.read") && (
            <Button component={Link} to="/admin/users" search={{ role: role.id } as never} variant="default">
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
