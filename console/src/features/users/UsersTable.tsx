import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, type MouseEvent, memo, useRef } from "react";
import type { CustomField, User } from "@/api/types";
import { formatDate } from "@/app/format";
import { showNamed, showValue } from "@/features/fields/values";
import { AliasNote } from "@/features/personas/AliasNote";
import { RoleTags, StatusBadge, TypeBadge } from "@/ui/badges";
import { PersonMark } from "@/ui/PersonAvatar";
import { SkeletonRows } from "@/ui/Skeletons";
import { SortHeader } from "@/ui/SortHeader";
import { RelativeTime } from "@/ui/Time";
import ui from "@/ui/ui.module.css";
import { PlaceNote, placesElsewhere } from "./PlaceNote";
import { type OnRowAction, RowActions } from "./RowActions";
import { SortSelect } from "./SortSelect";
import type { ListProps } from "./UserList";
import classes from "./UsersPage.module.css";
import { useWide } from "./useWide";

/** From how many pixels on a row has room for more roles and actions. */
const wideRow = 1000;

/** Up and down move between the people; Enter opens one because each name is a link. */
function moveFocus(event: KeyboardEvent<HTMLTableElement>) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("a[data-row-link]")];
  const row = (event.target as HTMLElement).closest("tr");
  const at = links.findIndex((link) => row?.contains(link));
  const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

export function UsersTable(props: ListProps) {
  const { users, home, stale, sort, onSort, selection, onAction, columns, onOpen } = props;
  const room = useRef<HTMLDivElement>(null);
  const wide = useWide(room, wideRow);
  const ids = users?.map((user) => user.id) ?? [];
  const all = ids.length > 0 && ids.every((id) => selection.has(id));
  const some = ids.some((id) => selection.has(id));
  return (
    <div ref={room} className={classes.room}>
      <SortSelect sort={sort} onSort={onSort} />
      <table
        className={`${ui.table} ${classes.table} ${stale ? classes.stale : ""}`}
        onKeyDown={moveFocus}
        aria-busy={!users}
      >
        <caption className="visually-hidden">
          <Trans>People, sortable by name, last sign-in and creation</Trans>
        </caption>
        <thead>
          <tr>
            <th className={classes.check} scope="col">
              <Checkbox
                aria-label={t`Select everybody on this page`}
                checked={all}
                indeterminate={some && !all}
                onChange={() => selection.put(ids, !all)}
              />
            </th>
            <SortHeader label={t`User`} field="name" sort={sort} onSort={onSort} />
            <th scope="col" className={classes.type}>{t`Type`}</th>
            <th scope="col" className={classes.roles}>{t`Roles`}</th>
            <th scope="col">{t`Status`}</th>
            {columns.map((field) => (
              <th key={field.id} scope="col" className={`${classes.custom} truncate`} title={field.label}>
                {field.label}
              </th>
            ))}
            <SortHeader
              label={t`Last sign-in`}
              field="last_sign_in"
              sort={sort}
              onSort={onSort}
              className={classes.last}
            />
            <SortHeader
              label={t`Created`}
              field="created"
              sort={sort}
              onSort={onSort}
              className={classes.created}
            />
            <th scope="col">
              <span className="visually-hidden">{t`Actions`}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users ? (
            users.map((user) => (
              <UserRow
                key={user.id}
                user={user}
                home={home}
                columns={columns}
                chosen={selection.has(user.id)}
                wide={wide}
                onToggle={selection.toggle}
                onAction={onAction}
                onOpen={onOpen}
              />
            ))
          ) : (
            <SkeletonRows rows={12} columns={8 + columns.length} />
          )}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = {
  user: User;
  home: string;
  columns: CustomField[];
  chosen: boolean;
  onToggle: (id: string) => void;
  wide: boolean;
  onAction: OnRowAction;
  onOpen: (id: string) => void;
};

/** One person. Drawn again only when something of theirs or the language changes: a page has fifty of them. */
const UserRow = memo(function UserRow(props: RowProps) {
  const { user, home, columns, chosen, wide, onToggle, onAction, onOpen } = props;
  useLingui();
  const open = (event: MouseEvent<HTMLElement>) => {
    if ((event.target as HTMLElement).closest("a, button, input, label")) return;
    if (window.getSelection()?.toString()) return;
    onOpen(user.id);
  };
  const places = placesElsewhere(user, home);
  const first = columns[0] && showNamed(columns[0], user.custom_fields[columns[0].key]);
  return (
    <tr className={classes.row} data-selected={chosen || undefined} onClick={open}>
      <td className={classes.check}>
        <Checkbox
          aria-label={t`Select ${user.full_name}`}
          checked={chosen}
          onChange={() => onToggle(user.id)}
        />
      </td>
      <td className={classes.userCell}>
        <div className={classes.person}>
          <PersonMark person={user} />
          <div className={classes.personText}>
            <Link
              to="/admin/users/$id"
              params={{ id: user.id }}
              className={`${classes.name} truncate`}
              title={user.full_name}
              data-row-link
            >
              <bdi>{user.full_name}</bdi>
            </Link>
            <div className={`${classes.muted} truncate`} title={user.email}>
              {places.length > 0 && (
                <>
                  <PlaceNote places={places} />
                  {" · "}
                </>
              )}
              {user.aliases.length > 0 && (
                <>
                  <AliasNote aliases={user.aliases} />
                  {" · "}
                </>
              )}
              {user.email}
              {first && (
                <span className={classes.inLine} title={columns[0]?.label} dir="auto">
                  {" · "}
                  {first}
                </span>
              )}
            </div>
          </div>
        </div>
      </td>
      <td className={classes.type}>
        <TypeBadge type={user.user_type} />
      </td>
      <td className={classes.roles}>
        <RoleTags roles={user.roles} max={wide ? 2 : 1} />
      </td>
      <td>
        <StatusBadge status={user.status} />
      </td>
      {columns.map((field) => {
        const value = showValue(field, user.custom_fields[field.key]);
        return (
          <td key={field.id} className={`${classes.custom} truncate`} title={value} dir="auto">
            {value}
          </td>
        );
      })}
      <td className={`${classes.muted} ${classes.last}`}>
        <RelativeTime at={user.last_sign_in_at} fallback={t`Never`} />
      </td>
      <td className={`${classes.muted} ${classes.created}`}>{formatDate(user.created_at)}</td>
      <td>
        <RowActions user={user} wide={wide} onAction={onAction} onOpen={onOpen} />
      </td>
    </tr>
  );
});
