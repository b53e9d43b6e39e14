import { t } from "@lingui/core/macro";
import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Membership, Role, User } from "@/api/types";
import { useCan } from "@/app/session";
import { rolesQuery } from "@/features/roles/queries";
import { RolesField } from "@/features/users/UserFields";
import { emptyUser, sameSet } from "@/features/users/userForm";
import { AccessField } from "./AccessField";
import type { Place } from "./choices";
import type { OptionType } from "./queries";

/** What a form gives somebody in an organization. */
export type Holding = {
  /** The ticked checkboxes, in a client organization. */
  access: string[];
  /** The roles that no checkbox gives, by their ids. */
  roles: string[];
  below: boolean;
};

/** The role that the checkbox Org Admin gives. */
const adminRole = "role_org_admin";

/** In client organizations one of the roles is a checkbox. */
export const otherRoles = (ids: string[], organization: Place): string[] =>
  ids.filter((id) => organization.is_root || id !== adminRole);

/** What a form shows of a membership. */
export const holdingOf = (membership: Membership, organization: Place): Holding => ({
  access: membership.access,
  roles: otherRoles(
    membership.roles.map(({ id }) => id),
    organization,
  ),
  below: membership.includes_descendants,
});

export const sameHolding = (a: Holding, b: Holding): boolean =>
  sameSet(a.access, b.access) && sameSet(a.roles, b.roles) && a.below === b.below;

/** What to send: the company itself has no checkboxes, and what its people hold directly stays. */
export const holdingBody = ({ access, roles, below }: Holding, organization: Place) => ({
  ...(organization.is_root ? {} : { access }),
  role_ids: roles,
  includes_descendants: below,
});

type Props = {
  organization: Place;
  userType: User["user_type"];
  /** What the person has there; undefined for who is new there. */
  held?: Membership | undefined;
  value: Holding;
  onChange: (value: Holding) => void;
};

/** What somebody may do in an organization: in a client's the checkboxes, and roles, and how far that reaches. */
export function HoldingFields({ organization, userType, held, value, onChange }: Props) {
  const may = useCan();
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") });
  const always = organization.is_root && userType === "tenant_admin";
  return (
    <>
      {!organization.is_root && (
        <AccessField
          organization={organization.id}
          userType={optionType(userType)}
          held={held?.access}
          value={value.access}
          onChange={(access) => onChange({ ...value, access })}
        />
      )}
      {roles.data && (
        <OtherRoles
          organization={organization}
          roles={roles.data}
          held={held?.roles ?? []}
          value={value.roles}
          onChange={(ids) => onChange({ ...value, roles: ids })}
        />
      )}
      <Checkbox
        label={t`Also in the organizations below`}
        description={
          always
            ? t`Tenant admins always do.`
            : t`This access counts in everything below ${organization.name}, too.`
        }
        checked={always || value.below}
        disabled={always}
        onChange={(event) => onChange({ ...value, below: event.currentTarget.checked })}
      />
    </>
  );
}

type OtherProps = {
  organization: Place;
  roles: Role[];
  held: { id: string; name: string }[];
  value: string[];
  onChange: (ids: string[]) => void;
};

/** The roles that one may give in an organization, but for the one that is a checkbox there. */
export function OtherRoles({ organization, roles, held, value, onChange }: OtherProps) {
  const isOther = (role: { id: string }) => otherRoles([role.id], organization).length > 0;
  return (
    <RolesField
      form={{
        values: { ...emptyUser, role_ids: otherRoles(value, organization) },
        errors: {},
        onChange: (_, ids) => onChange(ids as string[]),
      }}
      roles={roles.filter(isOther)}
      held={held.filter(isOther)}
    />
  );
}

/** Clients of AI agents are given nothing in an organization. */
const optionType = (userType: User["user_type"]): OptionType => (userType === "client" ? "" : userType);
