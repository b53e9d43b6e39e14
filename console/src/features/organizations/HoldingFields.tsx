import { t } from "@lingui/core/macro";
import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Membership, User } from "@/api/types";
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
const others = (roles: { id: string }[], organization: Place) =>
  roles.map(({ id }) => id).filter((id) => organization.is_root || id !== adminRole);

/** What a form shows of a membership. */
export const holdingOf = (membership: Membership, organization: Place): Holding => ({
  access: membership.access,
  roles: others(membership.roles, organization),
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
  const offered = (roles.data ?? []).filter((role) => organization.is_root || role.id !== adminRole);
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
        <RolesField
          form={{
            values: { ...emptyUser, role_ids: value.roles },
            errors: {},
            onChange: (_, ids) => onChange({ ...value, roles: ids as string[] }),
          }}
          roles={offered}
          held={(held?.roles ?? []).filter((role) => organization.is_root || role.id !== adminRole)}
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

/** Clients of AI agents are given nothing in an organization. */
const optionType = (userType: User["user_type"]): OptionType => (userType === "client" ? "" : userType);
