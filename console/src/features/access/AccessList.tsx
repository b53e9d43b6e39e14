import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Skeleton, Switch } from "@mantine/core";
import { IconBan, IconCheck, IconMinus } from "@tabler/icons-react";
import { useState } from "react";
import { groupName, permissionLabel } from "@/api/permissionNames";
import type { Access, AccessPermission } from "@/api/types";
import { Tag } from "@/ui/badges";
import { EmptyState } from "@/ui/Page";
import { SearchInput } from "@/ui/SearchInput";
import { byGroup } from "../roles/matrix";
import classes from "./access.module.css";
import { blockedText, sourceText } from "./words";

/** Every permission somebody has, and where each came from. */
export function AccessList({ access }: { access: Access | undefined }) {
  const [search, setSearch] = useState("");
  const [all, setAll] = useState(false);
  if (!access) return [1, 2, 3, 4, 5, 6].map((row) => <Skeleton key={row} height={32} my={12} />);
  const wanted = search.trim().toLowerCase();
  const shown = access.permissions.filter(
    (permission) =>
      (all || permission.effective || permission.blocked_by) &&
      (permissionLabel(permission).toLowerCase().includes(wanted) || permission.id.includes(wanted)),
  );
  return (
    <>
      <div className={classes.tools}>
        <SearchInput value={search} onChange={setSearch} placeholder={t`Search permissions`} />
        <Switch
          label={t`Show what is not allowed too`}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      </div>
      {shown.length === 0 && (
        <EmptyState title={t`No permission to show`} text={t`Try other words, or show everything.`} />
      )}
      {byGroup(shown).map(([group, permissions]) => (
        <section key={group} className={classes.group}>
          <h3 className={classes.heading}>{groupName(group)}</h3>
          <ul className={classes.list}>
            {permissions.map((permission) => (
              <Row key={permission.id} permission={permission} type={access.user_type} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Row({ permission, type }: { permission: AccessPermission; type: string }) {
  const blocked = permission.blocked_by;
  return (
    <li className={classes.row}>
      {permission.effective ? (
        <IconCheck size={18} color="var(--ok)" aria-label={t`Allowed`} />
      ) : blocked ? (
        <IconBan size={18} color="var(--warn)" aria-label={t`Blocked`} />
      ) : (
        <IconMinus size={18} color="var(--mantine-color-dimmed)" aria-label={t`Not allowed`} />
      )}
      <div className={classes.name}>
        {permissionLabel(permission)}
        <div className={classes.id}>{permission.id}</div>
      </div>
      <div className={classes.sources}>
        {permission.sources.map((source) => (
          <Tag key={sourceText(source)} title={sourceText(source)}>
            {sourceText(source)}
          </Tag>
        ))}
        {permission.sources.length === 0 && (
          <span className={classes.none}>
            <Trans>Nothing grants it</Trans>
          </span>
        )}
        {blocked && <span className={classes.blocked}>{blockedText(blocked, type)}</span>}
      </div>
    </li>
  );
}
