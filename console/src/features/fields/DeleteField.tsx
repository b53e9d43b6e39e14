import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { newest } from "@/api/conflict";
import type { CustomField } from "@/api/types";
import { Confirm } from "@/ui/Confirm";
import { fieldUsageQuery } from "./queries";

type Props = {
  field: CustomField | null;
  onClose: () => void;
  onDeleted: (label: string) => Promise<void>;
};

/** Deletes a field, after saying how many people have something in it. */
export function DeleteField({ field, onClose, onDeleted }: Props) {
  const [last, setLast] = useState(field);
  if (field && field !== last) setLast(field);
  const usage = useQuery({ ...fieldUsageQuery(field?.id ?? ""), enabled: field !== null });
  const people = usage.data?.people;
  const remove = async (refusal: unknown) => {
    if (!field) return;
    const params = {
      path: { id: field.id },
      header: { "If-Match": ifMatch(newest(field, refusal).version) },
    };
    await unwrap(client.DELETE("/custom-fields/{id}", { params }));
    await onDeleted(field.label);
  };
  return (
    <Confirm
      opened={field !== null}
      title={t`Delete the field ${last?.label ?? ""}?`}
      action={
        people ? plural(people, { one: "Delete # value", other: "Delete # values" }) : t`Delete the field`
      }
      danger
      disabled={usage.isPending}
      onConfirm={remove}
      onClose={onClose}
    >
      {usage.isPending && field ? (
        <Skeleton height={44} />
      ) : people ? (
        plural(people, {
          one: "# person has something in this field. It is removed for good, and the field disappears from forms, lists and files.",
          other:
            "# people have something in this field. It is removed for good, and the field disappears from forms, lists and files.",
        })
      ) : (
        <Trans>Nobody has anything in this field. It disappears from forms, lists and files.</Trans>
      )}
    </Confirm>
  );
}
