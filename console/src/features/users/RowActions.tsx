import { t } from "@lingui/core/macro";
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconLayoutSidebarRightExpand,
  IconLockPassword,
  IconLogin2,
  IconMailForward,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from "@tabler/icons-react";
import { createContext, useContext, useRef } from "react";
import type { User, UserAction } from "@/api/types";
import { allows } from "./actions";
import classes from "./UsersPage.module.css";

/** A further action of a row, which the page around the table adds. */
type RowExtra = { key: string; label: string; icon: typeof IconPencil; onClick: () => void };

/** Gives the rows below it further actions; what a page adds for one person stands before the others. */
const RowExtrasContext = createContext<(user: User) => RowExtra[]>(() => []);
export const RowExtras = RowExtrasContext.Provider;

export type OnAction = (action: UserAction, user: User) => void;

type Entry = { action: UserAction; label: string; icon: typeof IconPencil; danger?: boolean };

function entries(user: User): Entry[] {
  const all: Entry[] = [
    { action: "edit", label: t`Edit ${user.full_name}`, icon: IconPencil },
    { action: "invite", label: t`Invite ${user.full_name}`, icon: IconMailForward },
    { action: "reset_password", label: t`Reset the password of ${user.full_name}`, icon: IconLockPassword },
    { action: "suspend", label: t`Suspend ${user.full_name}`, icon: IconPlayerPause },
    { action: "reactivate", label: t`Reactivate ${user.full_name}`, icon: IconPlayerPlay },
    { action: "log_in_as", label: t`Log in as ${user.full_name}`, icon: IconLogin2 },
    { action: "delete", label: t`Delete ${user.full_name}`, icon: IconTrash, danger: true },
  ];
  const shownFor = (action: UserAction) =>
    (action !== "suspend" || user.status === "active") &&
    (action !== "reactivate" || user.status === "suspended");
  return all.filter(({ action }) => allows(user, action) && shownFor(action));
}

/** What a row offers most often as icons, which stand in the same place in every row, and all else in a menu. */
export function RowActions({ user, onAction, onOpen }: RowProps & { onOpen: (id: string) => void }) {
  const { beside, edit, rest } = useRow(user, onAction, onOpen);
  return (
    <div className={classes.actions}>
      <IconAction item={beside} />
      {edit ? <IconAction item={edit} /> : <span />}
      <RestMenu user={user} items={rest} size={28} />
    </div>
  );
}

/** Everything that a row offers behind one button, for narrow screens. */
export function RowMenu({ user, onAction, onOpen }: RowProps & { onOpen: (id: string) => void }) {
  const { beside, edit, rest } = useRow(user, onAction, onOpen);
  return <RestMenu user={user} items={[beside, ...(edit ? [edit] : []), ...rest]} size={40} />;
}

type RowProps = { user: User; onAction: OnAction };
type Item = RowExtra & { danger?: boolean };

/** What can be done with somebody: the panel beside the list, editing them, and all else. */
function useRow(user: User, onAction: OnAction, onOpen: (id: string) => void) {
  const extras = useContext(RowExtrasContext);
  const all: Item[] = entries(user).map(({ action, ...rest }) => ({
    ...rest,
    key: action,
    onClick: () => onAction(action, user),
  }));
  const beside: Item = {
    key: "open",
    label: t`Teams and roles of ${user.full_name}`,
    icon: IconLayoutSidebarRightExpand,
    onClick: () => onOpen(user.id),
  };
  return {
    beside,
    edit: all.find(({ key }) => key === "edit"),
    rest: [...extras(user), ...all.filter(({ key }) => key !== "edit")],
  };
}

/** A plain button: a page has a hundred of them. */
function IconAction({ item: { label, icon: Icon, onClick } }: { item: Item }) {
  return (
    <button type="button" className={classes.rowAction} aria-label={label} title={label} onClick={onClick}>
      <Icon size={18} stroke={1.75} />
    </button>
  );
}

function RestMenu({ user, items, size }: { user: User; items: Item[]; size: number }) {
  const opener = useRef<HTMLButtonElement>(null);
  if (items.length === 0) return null;
  // What opens next gives the focus back to what had it: the item is gone by then.
  const choose = (onClick: () => void) => {
    opener.current?.focus({ preventScroll: true });
    onClick();
  };
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon ref={opener} size={size} aria-label={t`Actions for ${user.full_name}`}>
          <IconDots size={20} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {items.map(({ key, label, icon: Icon, danger, onClick }) => (
          <Menu.Item
            key={key}
            color={danger ? "var(--bad)" : undefined}
            leftSection={<Icon size={18} stroke={1.75} />}
            onClick={() => choose(onClick)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
