import { t } from "@lingui/core/macro";
import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconLayoutSidebarRightExpand,
  IconLockPassword,
  IconLogin2,
  IconMailForward,
  IconPencil,
  IconTrash,
  IconUserCheck,
  IconUserPause,
} from "@tabler/icons-react";
import { createContext, useContext, useRef } from "react";
import type { User, UserAction } from "@/api/types";
import { type AskedAction, allows, inviteWords } from "./actions";
import classes from "./UsersPage.module.css";

/** A further action of a row, which the page around the table adds. */
type RowExtra = { key: string; label: string; icon: typeof IconPencil; onClick: () => void };

/** Gives the rows below it further actions; what a page adds for one person stands before the others. */
const RowExtrasContext = createContext<(user: User) => RowExtra[]>(() => []);
export const RowExtras = RowExtrasContext.Provider;

/** Begins what is asked about or filled in first. */
export type OnAction = (action: AskedAction, user: User) => void;

/** Does, or begins, whatever a row offers. */
export type OnRowAction = (action: UserAction, user: User) => void;

type Entry = { action: UserAction; label: string; icon: typeof IconPencil; danger?: boolean };

function entries(user: User): Entry[] {
  const all: Entry[] = [
    { action: "edit", label: t`Edit ${user.full_name}`, icon: IconPencil },
    { action: "invite", label: inviteWords(user), icon: IconMailForward },
    { action: "reset_password", label: t`Reset the password of ${user.full_name}`, icon: IconLockPassword },
    { action: "suspend", label: t`Suspend ${user.full_name}`, icon: IconUserPause },
    { action: "reactivate", label: t`Reactivate ${user.full_name}`, icon: IconUserCheck },
    { action: "log_in_as", label: t`Log in as ${user.full_name}`, icon: IconLogin2 },
    { action: "delete", label: t`Delete ${user.full_name}`, icon: IconTrash, danger: true },
  ];
  const shownFor = (action: UserAction) =>
    (action !== "suspend" || user.status === "active") &&
    (action !== "reactivate" || user.status === "suspended");
  return all.filter(({ action }) => allows(user, action) && shownFor(action));
}

/**
 * What a row offers most often as icons, which stand in the same place in every row, and all else in a menu. A row with
 * room has everything there that changes an account. What alone would be in the menu stands in its place.
 */
export function RowActions({ user, wide, onAction, onOpen }: RowProps & { wide: boolean }) {
  const items = useRow(user, onAction, onOpen);
  const shown: Slot[] = wide
    ? [["edit"], ["reset_password"], ["suspend", "reactivate"]]
    : [["open"], ["edit"]];
  const inMenu = items.filter(({ key }) => !shown.flat().includes(key));
  return (
    <div className={classes.actions} data-wide={wide || undefined}>
      {shown.map((slot) => (
        <IconAction key={slot[0]} item={items.find(({ key }) => slot.includes(key))} />
      ))}
      {inMenu.length === 1 ? (
        <IconAction item={inMenu[0]} />
      ) : (
        <RestMenu user={user} items={inMenu} size={28} />
      )}
    </div>
  );
}

/** Everything that a row offers behind one button, for narrow screens. */
export function RowMenu({ user, onAction, onOpen }: RowProps) {
  return <RestMenu user={user} items={useRow(user, onAction, onOpen)} size={40} />;
}

type RowProps = { user: User; onAction: OnRowAction; onOpen: (id: string) => void };
type Item = RowExtra & { danger?: boolean };

/** The keys of what may stand in one place; a row has one of them at most. */
type Slot = string[];

/** What can be done with somebody: the panel beside the list, editing them, what the page adds, and all else. */
function useRow(user: User, onAction: OnRowAction, onOpen: (id: string) => void): Item[] {
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
  const isEdit = ({ key }: Item) => key === "edit";
  return [beside, ...all.filter(isEdit), ...extras(user), ...all.filter((item) => !isEdit(item))];
}

/** A plain button: a page has a hundred of them. */
function IconAction({ item }: { item: Item | undefined }) {
  if (!item) return <span />;
  const { label, icon: Icon, onClick } = item;
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
      <Menu.Dropdown className={classes.rest ?? ""}>
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
