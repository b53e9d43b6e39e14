import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Skeleton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconForms, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import type { CustomField } from "@/api/types";
import { Tag } from "@/ui/badges";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { notifyDone, notifyFailed } from "@/ui/notify";
import { EmptyState, Page } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import { DeleteField } from "./DeleteField";
import { FieldPanel } from "./FieldPanel";
import classes from "./fields.module.css";
import { KindIcon, kindName } from "./kinds";
import { fieldsQuery } from "./queries";

/** How many fields there can be: all of them are in every form. */
const most = 30;

/** What the company keeps of each person besides: defined, ordered and deleted here. */
export function FieldsPage() {
  const queryClient = useQueryClient();
  const list = useQuery({ ...fieldsQuery, staleTime: 0 });
  const [editing, setEditing] = useState<CustomField | "new" | null>(null);
  const [deleting, setDeleting] = useState<CustomField | null>(null);
  const again = async () => {
    await queryClient.invalidateQueries({ queryKey: fieldsQuery.queryKey });
    await queryClient.invalidateQueries({ queryKey: ["users"] });
  };
  const fields = list.data;
  const add = (
    <Button
      leftSection={<IconPlus size={16} stroke={2} />}
      disabled={fields && fields.length >= most}
      onClick={() => setEditing("new")}
    >
      <Trans>New field</Trans>
    </Button>
  );
  return (
    <Page
      title={t`Custom fields`}
      lead={t`What you keep of each person besides. It appears in forms, the list of users, its filters, imports and exports.`}
      actions={fields && fields.length > 0 && add}
    >
      <StaleNote query={list} />
      {list.isError && !fields ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : !fields ? (
        [1, 2, 3].map((row) => <Skeleton key={row} height={56} my={8} />)
      ) : fields.length === 0 ? (
        <EmptyState
          icon={<IconForms size={32} stroke={1.5} aria-hidden="true" />}
          title={t`No custom fields yet`}
          text={t`Add what your company keeps of people, such as a department or an employee number.`}
          action={add}
        />
      ) : (
        <FieldList fields={fields} onEdit={setEditing} onDelete={setDeleting} onMoved={again} />
      )}
      {editing && (
        <FieldPanel
          field={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={(saved) => {
            setEditing(null);
            notifyDone(t`The field ${saved.label} is saved.`);
            void again();
          }}
        />
      )}
      <DeleteField
        field={deleting}
        onClose={() => setDeleting(null)}
        onDeleted={async (label) => {
          notifyDone(t`The field ${label} is deleted.`);
          await again();
        }}
      />
    </Page>
  );
}

type ListProps = {
  fields: CustomField[];
  onEdit: (field: CustomField) => void;
  onDelete: (field: CustomField) => void;
  onMoved: () => Promise<void>;
};

function FieldList({ fields, onEdit, onDelete, onMoved }: ListProps) {
  const order = useMutation({
    mutationFn: (ids: string[]) => unwrap(client.PUT("/custom-field-order", { body: { ids } })),
    onError: notifyFailed,
    onSettled: onMoved,
  });
  const move = (at: number, by: number) => {
    const ids = fields.map((field) => field.id);
    const [moved] = ids.splice(at, 1);
    if (moved) ids.splice(at + by, 0, moved);
    order.mutate(ids);
  };
  return (
    <ul className={rows.rows}>
      {fields.map((field, at) => (
        <li key={field.id} className={rows.row}>
          <KindIcon kind={field.kind} />
          <FieldSummary field={field} />
          <div className={classes.actions}>
            <ActionIcon
              aria-label={t`Move ${field.label} up`}
              disabled={at === 0 || order.isPending}
              onClick={() => move(at, -1)}
            >
              <IconArrowUp size={18} stroke={1.75} />
            </ActionIcon>
            <ActionIcon
              aria-label={t`Move ${field.label} down`}
              disabled={at === fields.length - 1 || order.isPending}
              onClick={() => move(at, 1)}
            >
              <IconArrowDown size={18} stroke={1.75} />
            </ActionIcon>
            <ActionIcon aria-label={t`Edit the field ${field.label}`} onClick={() => onEdit(field)}>
              <IconPencil size={18} stroke={1.75} />
            </ActionIcon>
            <ActionIcon aria-label={t`Delete the field ${field.label}`} onClick={() => onDelete(field)}>
              <IconTrash size={18} stroke={1.75} />
            </ActionIcon>
          </div>
        </li>
      ))}
    </ul>
  );
}

function FieldSummary({ field }: { field: CustomField }) {
  return (
    <div className={rows.main}>
      <div className={rows.title}>
        <span dir="auto">{field.label}</span>
        {field.required && <Tag>{t`Required`}</Tag>}
        {field.in_table && <Tag tone="outline">{t`In the list of users`}</Tag>}
      </div>
      <div className={rows.sub}>
        {kindName(field.kind)}
        {field.choices.length > 0 && <>: {field.choices.map((choice) => choice.label).join(", ")}</>}
        {" · "}
        <span className="mono">{field.key}</span>
      </div>
    </div>
  );
}
