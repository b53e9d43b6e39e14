import { plural, t } from "@lingui/core/macro";
import { MultiSelect, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { BulkResult, Role, User } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import type { Ref } from "@/features/organizations/choices";
import { rolesQuery } from "@/features/roles/queries";
import { roleName } from "@/features/roles/roleNames";
import { Confirm } from "@/ui/Confirm";
import { allows, changeRoles, type RoleChange } from "./actions";
import { namesOf } from "./namesOf";

/** What somebody holds where roles are changed; undefined where the list does not tell. */
function heldBy({ here }: User, organization: Ref | undefined): string[] | undefined {
  if (!here || (organization && here.organization.id !== organization.id)) return undefined;
  return here.roles.map((role) => role.id);
}

/** Whether somebody's roles are others after the change. */
function isAffected(user: User, { add, remove }: RoleChange, organization: Ref | undefined): boolean {
  const held = heldBy(user, organization);
  if (!held) return add.length + remove.length > 0;
  return add.some((id) => !held.includes(id)) || remove.some((id) => held.includes(id));
}

/** Tells whose roles the signed-in person may change; they are told again whether they may give or take this one. */
export function useMayChangeRoles(): (user: User) => boolean {
  const may = useCan();
  const { user: self } = useSession();
  const everybody = may("roles.assign") && may("roles.read");
  return (user) => everybody && allows(user, "edit") && user.id !== self.id;
}

type Props = {
  /** Those who were chosen when it was asked for; null while it is not. */
  people: User[] | null;
  /** Where, in the list of one organization; else each where they belong. */
  organization: Ref | undefined;
  onDone: (results: BulkResult[], people: User[]) => Promise<unknown>;
  onClose: () => void;
};

/** Gives roles to many people and takes some from them, and leaves alone what else they hold. */
export function BulkRoles({ people, onClose, ...props }: Props) {
  const [change, setChange] = useState<RoleChange>({ add: [], remove: [] });
  const close = () => {
    setChange({ add: [], remove: [] });
    onClose();
  };
  return (
    <Ask
      people={people ?? []}
      opened={people !== null}
      {...{ change, setChange }}
      {...props}
      onClose={close}
    />
  );
}

type AskProps = Omit<Props, "people"> & {
  people: User[];
  opened: boolean;
  change: RoleChange;
  setChange: (change: RoleChange) => void;
};

function Ask({ people, opened, change, setChange, organization, onDone, onClose }: AskProps) {
  const mayChange = useMayChangeRoles();
  const roles = useQuery({ ...rolesQuery, enabled: opened });
  const able = people.filter((user) => mayChange(user) && (organization || user.here));
  const elsewhere = people.filter((user) => mayChange(user) && !organization && !user.here);
  const unable = people.filter((user) => !mayChange(user));
  const affected = able.filter((user) => isAffected(user, change, organization));
  const same = able.filter((user) => !affected.includes(user));
  const isEmpty = change.add.length + change.remove.length === 0;
  const run = async () => {
    const ids = affected.map((user) => user.id);
    await onDone(await changeRoles(ids, change, organization?.id), affected);
  };
  return (
    <Confirm
      opened={opened}
      title={t`Change roles`}
      action={plural(affected.length, { one: "Change roles of # person", other: "Change roles of # people" })}
      disabled={affected.length === 0}
      onConfirm={run}
      onClose={onClose}
    >
      <Stack gap="md">
        <Text>{whereText(able, organization)}</Text>
        <RolePickers roles={roles.data ?? []} people={able} change={change} setChange={setChange} />
        <Text>{namesOf(isEmpty ? able : affected)}</Text>
        {!isEmpty && same.length > 0 && <Text>{t`Nothing changes for: ${namesOf(same)}`}</Text>}
        {elsewhere.length > 0 && (
          <Text>{t`They belong to several organizations; change their roles there: ${namesOf(elsewhere)}`}</Text>
        )}
        {unable.length > 0 && <Text>{t`You may not do this with: ${namesOf(unable)}`}</Text>}
      </Stack>
    </Confirm>
  );
}

/** In which organization roles change. */
function whereText(people: User[], organization: Ref | undefined): string {
  const places = new Map(
    people.flatMap(({ here }) => (here ? [[here.organization.id, here.organization.name]] : [])),
  );
  const [only] = places.values();
  const place = organization?.name ?? (places.size === 1 ? only : undefined);
  if (place) return t`This changes the roles they have in ${place}. Their other roles stay.`;
  return t`This changes the roles that each of them has in their own organization. Their other roles stay.`;
}

type PickerProps = {
  roles: Role[];
  people: User[];
  change: RoleChange;
  setChange: (change: RoleChange) => void;
};

/** Which roles to give, and which of those that somebody holds to take away. */
function RolePickers({ roles, people, change, setChange }: PickerProps) {
  const held = new Set(people.flatMap((user) => user.roles.map((role) => role.id)));
  const own = roles.filter((role) => role.assignable && role.scope === "organization");
  const without = (list: Role[], taken: string[]) => list.filter((role) => !taken.includes(role.id));
  return (
    <>
      <RolePicker
        label={t`Give`}
        roles={without(own, change.remove)}
        value={change.add}
        onChange={(add) => setChange({ ...change, add })}
      />
      <RolePicker
        label={t`Take away`}
        roles={without(
          own.filter((role) => held.has(role.id)),
          change.add,
        )}
        value={change.remove}
        onChange={(remove) => setChange({ ...change, remove })}
      />
    </>
  );
}

type RolePickerProps = { label: string; roles: Role[]; value: string[]; onChange: (ids: string[]) => void };

/** Closes with each role: what is below it must not stay covered. */
function RolePicker({ label, roles, value, onChange }: RolePickerProps) {
  const [opened, setOpened] = useState(false);
  return (
    <MultiSelect
      label={label}
      placeholder={value.length === 0 ? t`Choose roles` : undefined}
      data={roles.map((role) => ({ value: role.id, label: roleName(role) }))}
      value={value}
      onChange={onChange}
      searchable
      hidePickedOptions
      nothingFoundMessage={t`No such role`}
      dropdownOpened={opened}
      onDropdownOpen={() => setOpened(true)}
      onDropdownClose={() => setOpened(false)}
      onOptionSubmit={() => setOpened(false)}
    />
  );
}
