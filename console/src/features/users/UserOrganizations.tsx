import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Skeleton } from "@mantine/core";
import { IconBuilding, IconPlus, IconUserMinus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Membership, User } from "@/api/types";
import { formatDate } from "@/app/format";
import { useCan, useSession } from "@/app/session";
import { AccessPanel } from "@/features/organizations/AccessPanel";
import { AddToOrganization } from "@/features/organizations/AddToOrganization";
import type { Choices, Place, Ref } from "@/features/organizations/choices";
import { grantWords } from "@/features/organizations/grants";
import { LeaveOrganization } from "@/features/organizations/LeaveOrganization";
import {
  accessOptionsQuery,
  membershipsQuery,
  organizationChoicesQuery,
} from "@/features/organizations/queries";
import { RoleTags, Tag } from "@/ui/badges";
import { LoadProblem } from "@/ui/LoadProblem";
import { EmptyState } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import ui from "@/ui/ui.module.css";

/** Where somebody belongs, as far as the viewer sees it, and what they hold in each of the organizations. */
export function UserOrganizations({ user }: { user: User }) {
  const may = useCan();
  const session = useSession();
  const list = useQuery(membershipsQuery(user.id));
  const [editing, setEditing] = useState<Membership | null>(null);
  const [leaving, setLeaving] = useState<Membership | null>(null);
  const [adding, setAdding] = useState(false);
  const items = list.data;
  const own = session.user.id === user.id;
  const joinable =
    items !== undefined && may("roles.assign") && may("organizations.read") && mayJoin(user, items, own);
  const found = useQuery({ ...organizationChoicesQuery(""), enabled: joinable });
  const mayAdd = joinable && found.data !== undefined && hasFurther(found.data, items);
  const place = ({ organization }: Membership): Place => ({
    ...organization,
    is_root: session.organization.is_root && organization.id === session.organization.id,
  });
  return (
    <>
      <p className={ui.sectionLead}>
        {own ? (
          <Trans>
            Where you belong and what you may do there. Others change that, nobody does it for themselves.
          </Trans>
        ) : session.organization.is_root ? (
          <Trans>Where {user.full_name} belongs and what they may do there.</Trans>
        ) : (
          <Trans>
            Where {user.full_name} belongs and what they may do there, in {session.organization.name} and
            below it.
          </Trans>
        )}
      </p>
      <LoadProblem query={list} />
      {list.isPending && [1, 2, 3].map((row) => <Skeleton key={row} height={64} my={8} />)}
      {items?.length === 0 && (
        <EmptyState
          icon={<IconBuilding size={32} stroke={1.5} aria-hidden="true" />}
          title={t`In no organization`}
          text={t`Without one nobody can sign in. Add this person to an organization.`}
        />
      )}
      {items && items.length > 0 && (
        <ul className={rows.rows} aria-label={t`Organizations of ${user.full_name}`}>
          {items.map((membership) => (
            <Row
              key={membership.organization.id}
              user={user}
              membership={membership}
              onEdit={() => setEditing(membership)}
              onLeave={() => setLeaving(membership)}
            />
          ))}
        </ul>
      )}
      {mayAdd && (
        <Button
          mt={16}
          variant="default"
          leftSection={<IconPlus size={16} stroke={2} />}
          onClick={() => setAdding(true)}
        >
          <Trans>Add to an organization</Trans>
        </Button>
      )}
      {editing && <AccessPanel user={user} organization={place(editing)} onClose={() => setEditing(null)} />}
      {adding && <AddToOrganization user={user} memberships={items ?? []} onClose={() => setAdding(false)} />}
      <LeaveOrganization user={user} membership={leaving} onClose={() => setLeaving(null)} />
    </>
  );
}

/**
 * Whether the viewer may put a person into further organizations: whoever may change one of their memberships may
 * add another. Clients of AI agents belong to none.
 */
export const mayJoin = (user: Pick<User, "user_type">, memberships: Membership[], own: boolean): boolean =>
  !own &&
  user.user_type !== "client" &&
  (memberships.length === 0 || memberships.some((one) => one.allowed_actions.includes("edit")));

/** Whether there is an organization that the person does not belong to yet. */
export const hasFurther = (found: Choices<Ref>, memberships: Membership[]): boolean =>
  found.more || found.items.some(({ id }) => !memberships.some(({ organization }) => organization.id === id));

type RowProps = { user: User; membership: Membership; onEdit: () => void; onLeave: () => void };

function Row({ user, membership, onEdit, onLeave }: RowProps) {
  const may = useCan();
  const options = useQuery({ ...accessOptionsQuery(), enabled: may("users.read") });
  const { organization, path, roles } = membership;
  const single = grantWords(membership.permissions, options.data ?? []);
  const allows = (action: Membership["allowed_actions"][number]) =>
    membership.allowed_actions.includes(action);
  return (
    <li className={`${rows.row} ${rows.wraps}`}>
      <IconBuilding size={20} stroke={1.5} aria-hidden="true" />
      <div className={rows.main}>
        {path.length > 0 && <div className={rows.sub}>{path.join(" / ")}</div>}
        <div className={rows.title}>
          {may("organizations.read") ? (
            <Link
              to="/admin/organizations"
              search={{ organization: organization.id }}
              className="link"
              dir="auto"
            >
              {organization.name}
            </Link>
          ) : (
            <span dir="auto">{organization.name}</span>
          )}
          {roles.length > 0 && <RoleTags roles={roles} max={4} />}
          {membership.includes_descendants && <Tag>{t`And everything below`}</Tag>}
        </div>
        <div className={rows.sub}>
          {single || roles.length > 0 ? single : t`Holds nothing but what the type gives`}
          {single || roles.length === 0 ? " · " : ""}
          {t`since ${formatDate(membership.created_at)}`}
        </div>
      </div>
      <div className={rows.actions}>
        {allows("edit") && (
          <Button variant="default" aria-label={t`Edit access to ${organization.name}`} onClick={onEdit}>
            <Trans>Edit access</Trans>
          </Button>
        )}
        {allows("remove") && (
          <ActionIcon
            size={36}
            aria-label={t`Remove ${user.full_name} from ${organization.name}`}
            title={t`Remove ${user.full_name} from ${organization.name}`}
            onClick={onLeave}
          >
            <IconUserMinus size={18} stroke={1.75} />
          </ActionIcon>
        )}
      </div>
    </li>
  );
}
