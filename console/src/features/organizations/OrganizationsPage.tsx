import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconBuilding, IconCornerDownRight, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Organization } from "@/api/types";
import { formatDate } from "@/app/format";
import { useCan } from "@/app/session";
import { Tag } from "@/ui/badges";
import { Confirm } from "@/ui/Confirm";
import { ErrorState } from "@/ui/ErrorState";
import { notifyDone } from "@/ui/notify";
import { EmptyState, Page } from "@/ui/Page";
import { SkeletonRows } from "@/ui/Skeletons";
import ui from "@/ui/ui.module.css";
import { OrganizationPanel } from "./OrganizationPanel";
import classes from "./organizations.module.css";
import { organizationsQuery } from "./queries";
import { hasChildren, treeRows } from "./tree";

type Editing = { organization: Organization | null; parent: string } | null;

/** The company and its client organizations as a tree. */
export function OrganizationsPage() {
  const may = useCan();
  const queryClient = useQueryClient();
  const list = useQuery(organizationsQuery);
  const [editing, setEditing] = useState<Editing>(null);
  const [deleting, setDeleting] = useState<Organization | null>(null);
  const organizations = list.data ?? [];
  const root = organizations.find((organization) => organization.is_root);
  const manage = may("organizations.manage");
  const remove = async () => {
    if (!deleting) return;
    await unwrap(
      client.DELETE("/organizations/{id}", {
        params: { path: { id: deleting.id }, header: { "If-Match": ifMatch(deleting.version) } },
      }),
    );
    notifyDone(t`${deleting.name} is deleted.`);
    await queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
  };
  return (
    <Page
      title={t`Organizations`}
      lead={t`The company itself and its clients. Each has its own people.`}
      actions={
        manage && (
          <Button
            leftSection={<IconPlus size={16} stroke={2} />}
            onClick={() => setEditing({ organization: null, parent: root?.id ?? "" })}
          >
            <Trans>New organization</Trans>
          </Button>
        )
      }
    >
      {list.isError ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data?.length === 0 ? (
        <EmptyState
          icon={<IconBuilding size={32} stroke={1.5} aria-hidden="true" />}
          title={t`No organizations yet`}
          text={t`Add the first client of the company.`}
        />
      ) : (
        <OrganizationTable
          organizations={list.data}
          onAdd={manage ? (parent) => setEditing({ organization: null, parent }) : undefined}
          onEdit={
            manage
              ? (organization) => setEditing({ organization, parent: organization.parent_id ?? "" })
              : undefined
          }
          onDelete={manage ? setDeleting : undefined}
        />
      )}
      {editing && (
        <OrganizationPanel {...editing} organizations={organizations} onClose={() => setEditing(null)} />
      )}
      <Confirm
        opened={deleting !== null}
        title={t`Delete ${deleting?.name ?? ""}?`}
        action={t`Delete the organization`}
        danger
        onConfirm={remove}
        onClose={() => setDeleting(null)}
      >
        <Trans>It has no people and nothing below it. It can't be restored.</Trans>
      </Confirm>
    </Page>
  );
}

type TableProps = {
  organizations: Organization[] | undefined;
  onAdd?: (parent: string) => void;
  onEdit?: (organization: Organization) => void;
  onDelete?: (organization: Organization) => void;
};

function OrganizationTable({ organizations, onAdd, onEdit, onDelete }: TableProps) {
  return (
    <table className={ui.table}>
      <caption className="visually-hidden">{t`Organizations`}</caption>
      <thead>
        <tr>
          <th scope="col">{t`Name`}</th>
          <th scope="col" className={classes.wide}>{t`Short name`}</th>
          <th scope="col">{t`People`}</th>
          <th scope="col" className={classes.wide}>{t`Created`}</th>
          <th scope="col">
            <span className="visually-hidden">{t`Actions`}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {!organizations && <SkeletonRows rows={5} columns={5} />}
        {treeRows(organizations ?? []).map(({ organization, depth }) => (
          <tr key={organization.id}>
            <td>
              <span className={classes.name} data-depth={Math.min(depth, 5)}>
                {depth > 0 && <IconCornerDownRight size={16} stroke={1.5} aria-hidden="true" />}
                <span>
                  <strong className={classes.strong}>{organization.name}</strong>{" "}
                  {organization.is_root && <Tag>{t`The company`}</Tag>}
                  {organization.description && (
                    <span className={classes.about}>{organization.description}</span>
                  )}
                </span>
              </span>
            </td>
            <td className={`${classes.wide} mono`}>{organization.short_name}</td>
            <td>{plural(organization.members_count, { one: "# person", other: "# people" })}</td>
            <td className={classes.wide}>{formatDate(organization.created_at)}</td>
            <td>
              <span className={classes.actions}>
                {onAdd && (
                  <Action
                    label={t`Add an organization below ${organization.name}`}
                    icon={IconPlus}
                    onClick={() => onAdd(organization.id)}
                  />
                )}
                {onEdit && (
                  <Action
                    label={t`Edit ${organization.name}`}
                    icon={IconPencil}
                    onClick={() => onEdit(organization)}
                  />
                )}
                {onDelete &&
                  !organization.is_root &&
                  organization.members_count === 0 &&
                  !hasChildren(organizations ?? [], organization.id) && (
                    <Action
                      label={t`Delete ${organization.name}`}
                      icon={IconTrash}
                      onClick={() => onDelete(organization)}
                    />
                  )}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Action({
  label,
  icon: Icon,
  onClick,
}: {
  label: string;
  icon: typeof IconPlus;
  onClick: () => void;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onClick}>
        <Icon size={18} stroke={1.75} />
      </ActionIcon>
    </Tooltip>
  );
}
