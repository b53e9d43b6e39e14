import { t } from "@lingui/core/macro";
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconLockPassword,
  IconLogin2,
  IconMailForward,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from "@tabler/icons-react";
import { createContext, useContext } from "react";
import type { User, UserAction } from "@/api/types";
import { allows } from "./actions";
import classes from "./UsersPage.module.css";

/** A further action of a row, which the page around the table adds. */
export type RowExtra = { key: string; label: string; icon: typeof IconPencil; onClick: () => void };

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

/** The actions of a row as icons, each named for its person. Plain buttons: a page has two hundred. */
export function RowActions({ user, onAction }: { user: User; onAction: OnAction }) {
  return useRow(user, onAction).map(({ key, label, icon: Icon, onClick }) => (
    <button
      key={key}
      type="button"
      className={classes.rowAction}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon size={18} stroke={1.75} />
    </button>
  ));
}

function useRow(user: User, onAction: OnAction): (RowExtra & { danger?: boolean })[] {
  const extras = useContext(RowExtrasContext);
  return [
    ...extras(user),
    ...entries(user).map(({ action, ...rest }) => ({
      ...rest,
      key: action,
      onClick: () => onAction(action, user),
    })),
  ];
}

/** The same actions behind one button, for narrow screens. */
export function RowMenu({ user, onAction }: { user: User; onAction: OnAction }) {
  const items = useRow(user, onAction);
  if (items.length === 0) return null;
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon size={40} aria-label={t`Actions for ${user.full_name}`}>
          <IconDots size={20} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {items.map(({ key, label, icon: Icon, danger, onClick }) => (
          <Menu.Item
            key={key}
            color={danger ? "var(--bad)" : undefined}
            leftSection={<Icon size={18} stroke={1.75} />}
            onClick={onClick}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
