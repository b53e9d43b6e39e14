import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconLock, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Role } from "@/api/types";
import { useCan } from "@/app/session";
import { useListAddress } from "@/app/useListAddress";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { EmptyState, Page } from "@/ui/Page";
import { SearchInput } from "@/ui/SearchInput";
import { CreateRolePanel } from "./CreateRolePanel";
import { permissionsQuery, rolesQuery } from "./queries";
import { RoleDetail } from "./RoleDetail";
import { roleDescription, roleName } from "./roleNames";
import classes from "./roles.module.css";

/** Roles on the left, what the chosen one grants on the right. */
export function RolesPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  const may = useCan();
  const phone = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const roles = useQuery(rolesQuery);
  const permissions = useQuery(permissionsQuery);
  const { search, kept, onSearch } = useListAddress();
  const [creating, setCreating] = useState<{ from: Role | null } | null>(null);
  const error = roles.error ?? permissions.error;
  const chosen = roles.data?.find((role) => role.id === id) ?? (id || phone ? undefined : roles.data?.[0]);
  const ready = roles.data && permissions.data;
  return (
    <Page
      title={t`Roles & permissions`}
      crumbs={id && phone ? [{ to: "/admin/roles", search: kept, label: t`All roles` }] : undefined}
      lead={id && phone ? undefined : t`A role is a set of permissions. People hold any number of roles.`}
      actions={
        may("roles.manage") &&
        !(id && phone) && (
          <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setCreating({ from: null })}>
            <Trans>New role</Trans>
          </Button>
        )
      }
    >
      {ready && <StaleNote query={roles.isError ? roles : permissions} />}
      {error && !ready ? (
        <ErrorState
          error={error}
          onRetry={() => void Promise.all([roles.refetch(), permissions.refetch()])}
        />
      ) : !ready ? (
        <Skeleton height={420} />
      ) : (
        <div className={classes.layout} data-chosen={id ? true : undefined}>
          <RoleList roles={roles.data} current={chosen?.id} search={search} kept={kept} onSearch={onSearch} />
          {chosen ? (
            <RoleDetail
              key={chosen.id}
              role={chosen}
              catalogue={permissions.data}
              onCopy={() => setCreating({ from: chosen })}
            />
          ) : (
            id && <EmptyState title={t`This role doesn't exist`} text={t`It may have been deleted.`} />
          )}
        </div>
      )}
      {ready && creating && (
        <CreateRolePanel
          roles={roles.data}
          catalogue={permissions.data}
          copyFrom={creating.from}
          onClose={() => setCreating(null)}
        />
      )}
    </Page>
  );
}

type EntriesProps = {
  roles: Role[];
  current: string | undefined;
  /** The search, which stays. */
  kept: Record<string, string>;
};

type ListProps = EntriesProps & { search: string; onSearch: (text: string) => void };

function RoleList({ roles, current, search, kept, onSearch }: ListProps) {
  const wanted = search.trim().toLowerCase();
  const found = roles.filter((role) =>
    `${roleName(role)} ${role.code} ${roleDescription(role)}`.toLowerCase().includes(wanted),
  );
  const system = found.filter((role) => role.system);
  const custom = found.filter((role) => !role.system);
  return (
    <nav className={classes.side} aria-label={t`Roles`}>
      <SearchInput value={search} onChange={onSearch} placeholder={t`Search roles`} />
      {found.length === 0 && (
        <p className={classes.sideTitle} role="status">
          <Trans>No role matches.</Trans>
        </p>
      )}
      {(custom.length > 0 || !wanted) && (
        <h2 className={classes.sideTitle}>
          <Trans>Your roles</Trans>
        </h2>
      )}
      {custom.length === 0 && !wanted && (
        <p className={classes.sideTitle}>
          <Trans>None yet. Make one, or copy a built-in role.</Trans>
        </p>
      )}
      <Entries roles={custom} current={current} kept={kept} />
      {system.length > 0 && (
        <h2 className={classes.sideTitle}>
          <Trans>Built in</Trans>
        </h2>
      )}
      <Entries roles={system} current={current} kept={kept} />
    </nav>
  );
}

function Entries({ roles, current, kept }: EntriesProps) {
  if (roles.length === 0) return null;
  return (
    <ul className={classes.list}>
      {roles.map((role) => (
        <li key={role.id}>
          <Link
            to="/admin/roles/$id"
            params={{ id: role.id }}
            search={kept}
            className={classes.role}
            data-here={role.id === current || undefined}
            aria-current={role.id === current ? "true" : undefined}
          >
            <span className={`${classes.roleName} truncate`}>{roleName(role)}</span>
            {role.system && <IconLock size={14} stroke={1.75} aria-label={t`locked`} />}
            <span className={classes.roleCount} title={t`People who hold it`}>
              {role.members_count}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
