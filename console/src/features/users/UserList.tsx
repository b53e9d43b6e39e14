import { useMediaQuery } from "@mantine/hooks";
import { useMemo } from "react";
import type { CustomField, User } from "@/api/types";
import { useFields } from "@/features/fields/queries";
import type { UserSort } from "./filters";
import type { OnAction } from "./RowActions";
import type { Selection } from "./selection";
import { UserCards } from "./UserCards";
import { UsersTable } from "./UsersTable";

export type ListProps = {
  users: User[] | undefined;
  stale: boolean;
  sort: UserSort;
  onSort: (sort: UserSort) => void;
  selection: Selection;
  onAction: OnAction;
  /** Shows somebody beside the list. */
  onOpen: (id: string) => void;
  /** The company's own fields that stand beside people. */
  columns: CustomField[];
};

type Props = Omit<ListProps, "columns">;

/** The columns of the company's own fields; more would leave no room for the people. */
const mostColumns = 3;

/** People: a table, or cards on a phone. */
export function UserList(list: Props) {
  const phone = useMediaQuery("(max-width: 48em)");
  const fields = useFields();
  const columns = useMemo(() => fields.filter((field) => field.in_table).slice(0, mostColumns), [fields]);
  return (
    <div ref={list.selection.list} tabIndex={-1}>
      {phone ? <UserCards {...list} columns={columns} /> : <UsersTable {...list} columns={columns} />}
    </div>
  );
}
