import { plural, t } from "@lingui/core/macro";
import { MultiSelect, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { BulkResult, Role, User } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { rolesQuery, rolesToGive } from "@/features/roles/queries";
import { roleName } from "@/features/roles/roleNames";
import { Confirm } from "@/ui/Confirm";
import { FormAlert } from "@/ui/FormAlert";
import { allows, changeRoles, type RoleChange } from "./actions";
import { namesOf } from "./namesOf";

/** What somebody holds where roles are changed; undefined where the list does not tell. */
function heldBy({ here }: User, organization: string): string[] | undefined {
  if (!here || (organization && here.organization.id !== organization)) return undefined;
  return here.roles.map((role) => role.id);
}

/** Whether somebody's roles are others after the change, as far as the list tells. */
function isAffected(user: User, { add, remove }: RoleChange, organization: string): boolean {
  const held = heldBy(user, organization);
  if (!held) return add.length + remove.length > 0;
  return add.some((id) => !held.includes(id)) || remove.some((id) => held.includes(id));
}

/**
 * Tells whose roles the signed-in person may try to change. In a list of one organization what somebody may do elsewhere
 * does not count. Whether these roles may be given and taken is found out when it is done.
 */
export function useMayChangeRoles(organization: string): (user: User) => boolean {
  const may = useCan();
  const { user: self } = useSession();
  const everybody = may("roles.assign") && may("roles.read");
  return (user) => everybody && user.id !== self.id && (organization !== "" || allows(user, "edit"));
}

type Props = {
  /** Those who were chosen when it was asked for; null while it is not. */
  people: User[] | null;
  /** Where, in a list of one organization; "" is where each of them belongs. */
  organization: string;
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
  const mayChange = useMayChangeRoles(organization);
  const roles = useQuery({ ...rolesQuery, enabled: opened });
  const able = people.filter((user) => mayChange(user) && (organization || user.here));
  const elsewhere = people.filter((user) => mayChange(user) && !organization && !user.here);
  const unable = people.filter((user) => !mayChange(user));
  const affected = able.filter((user) => isAffected(user, change, organization));
  const same = able.filter((user) => !affected.includes(user));
  const isEmpty = change.add.length + change.remove.length === 0;
  const named = isEmpty ? able : affected;
  const place = placeOf(able, organization);
  // All of them: somebody else may have changed what those hold who seem to have it so already.
  const run = async () => {
    const ids = able.map((user) => user.id);
    await onDone(await changeRoles(ids, change, organization), able);
  };
  return (
    <Confirm
      opened={opened}
      title={t`Change roles`}
      action={
        affected.length === 0
          ? t`Change roles`
          : plural(affected.length, { one: "Change roles of # person", other: "Change roles of # people" })
      }
      disabled={affected.length === 0}
      onConfirm={run}
      onClose={onClose}
    >
      <Stack gap="md">
        <Text>
          {place
            ? t`This changes the roles they have in ${place}. Their other roles stay.`
            : t`This changes the roles that each of them has in the organization named. Their other roles stay.`}
        </Text>
        <FormAlert error={roles.error} shown={[]} />
        <RolePickers
          roles={roles.data ?? []}
          loading={roles.isPending}
          people={able}
          change={change}
          setChange={setChange}
        />
        {named.length > 0 && <Text>{namesOf(named, place ? undefined : belongsTo)}</Text>}
        {!isEmpty && same.length > 0 && <Text>{t`Nothing changes for: ${namesOf(same)}`}</Text>}
        {elsewhere.length > 0 && (
          <Text>{t`They belong to several organizations; change their roles there: ${namesOf(elsewhere)}`}</Text>
        )}
        {unable.length > 0 && <Text>{t`You may not do this with: ${namesOf(unable)}`}</Text>}
      </Stack>
    </Confirm>
  );
}

/** The name of the one organization in which roles change; "" where there are several. */
function placeOf(people: User[], organization: string): string {
  const places = new Map(
    people.flatMap(({ here, organizations }) =>
      [...organizations, ...(here ? [here.organization] : [])].map(({ id, name }) => [id, name]),
    ),
  );
  if (organization) return places.get(organization) ?? "";
  const homes = new Set(people.map(({ here }) => here?.organization.id ?? ""));
  const [only = ""] = homes;
  return homes.size === 1 ? (places.get(only) ?? "") : "";
}

const belongsTo = ({ here }: User) => here?.organization.name;

type PickerProps = {
  roles: Role[];
  loading: boolean;
  people: User[];
  change: RoleChange;
  setChange: (change: RoleChange) => void;
};

/** Which roles to give, and which of those that somebody holds to take away. */
function RolePickers({ roles, loading, people, change, setChange }: PickerProps) {
  const held = new Set(people.flatMap((user) => user.roles.map((role) => role.id)));
  const own = rolesToGive(roles);
  const without = (list: Role[], taken: string[]) => list.filter((role) => !taken.includes(role.id));
  return (
    <>
      <RolePicker
        label={t`Give`}
        roles={without(own, change.remove)}
        none={loading ? t`Loading` : t`No such role`}
        value={change.add}
        onChange={(add) => setChange({ ...change, add })}
      />
      <RolePicker
        label={t`Take away`}
        roles={without(
          own.filter((role) => held.has(role.id)),
          change.add,
        )}
        none={loading ? t`Loading` : t`They hold no such role that you may take away`}
        value={change.remove}
        onChange={(remove) => setChange({ ...change, remove })}
      />
    </>
  );
}

type RolePickerProps = {
  label: string;
  roles: Role[];
  /** What stands there when there is none. */
  none: string;
  value: string[];
  onChange: (ids: string[]) => void;
};

/** Closes with each role: what is below it must not stay covered. */
function RolePicker({ label, roles, none, value, onChange }: RolePickerProps) {
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
      nothingFoundMessage={none}
      dropdownOpened={opened}
      onDropdownOpen={() => setOpened(true)}
      onDropdownClose={() => setOpened(false)}
      onOptionSubmit={() => setOpened(false)}
    />
  );
}
