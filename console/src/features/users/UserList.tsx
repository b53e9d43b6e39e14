import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { CustomField, User } from "@/api/types";
import { useFields } from "@/features/fields/queries";
import type { UserSort } from "./filters";
import type { OnAction, OnRowAction } from "./RowActions";
import type { Selection } from "./selection";
import { UserCards } from "./UserCards";
import { UsersTable } from "./UsersTable";
import { useReactivate } from "./useReactivate";

export type ListProps = {
  users: User[] | undefined;
  /** The organization whose list it is: where others belong stands beside them. */
  home: string;
  stale: boolean;
  sort: UserSort;
  onSort: (sort: UserSort) => void;
  selection: Selection;
  onAction: OnRowAction;
  /** Shows somebody beside the list. */
  onOpen: (id: string) => void;
  /** The company's own fields that stand beside people. */
  columns: CustomField[];
};

type Props = Omit<ListProps, "columns" | "onAction"> & { onAction: OnAction };

/** The columns of the company's own fields; more would leave no room for the people. */
const mostColumns = 3;

/** People: a table, or cards on a phone. */
export function UserList({ onAction, ...list }: Props) {
  const phone = useMediaQuery("(max-width: 48em)");
  const fields = useFields();
  const columns = useMemo(() => fields.filter((field) => field.in_table).slice(0, mostColumns), [fields]);
  const { users, selection } = list;
  const holder = selection.list;
  const reactivate = useReactivate();
  const begun = useRef(false);
  // A filter may take the row away, and with it the button that had the focus.
  useEffect(() => {
    if (!users || !begun.current) return;
    begun.current = false;
    if (document.activeElement === document.body) holder.current?.focus({ preventScroll: true });
  }, [users, holder]);
  const act: OnRowAction = useCallback(
    (action, user) => {
      if (action !== "reactivate") return onAction(action, user);
      begun.current = true;
      reactivate(user);
    },
    [reactivate, onAction],
  );
  const shown: ListProps = { ...list, columns, onAction: act };
  return (
    <div ref={holder} tabIndex={-1}>
      {phone ? <UserCards {...shown} /> : <UsersTable {...shown} />}
    </div>
  );
}
