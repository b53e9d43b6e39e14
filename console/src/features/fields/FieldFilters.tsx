import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, NativeSelect, Popover, Stack, TextInput } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useState } from "react";
import type { CustomField } from "@/api/types";
import { SetCount } from "@/ui/SetCount";
import classes from "./fields.module.css";
import { useFields } from "./queries";
import type { FieldDraft } from "./values";

type Props = { values: FieldDraft; onChange: (values: FieldDraft) => void };

/** Filters by the company's own fields, behind one button. */
export function FieldFilters({ values, onChange }: Props) {
  const fields = useFields();
  if (fields.length === 0) return null;
  const set = (key: string, value: string) => {
    const { [key]: _, ...rest } = values;
    onChange(value ? { ...rest, [key]: value } : rest);
  };
  return (
    <Popover position="bottom-start" shadow="md" width={300} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconFilter size={16} stroke={1.75} />}
          rightSection={<SetCount count={Object.keys(values).length} />}
        >
          <Trans>More filters</Trans>
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t`More filters`} className={classes.filters}>
        <Stack gap={12}>
          {fields.map((field) => (
            <FieldFilter
              key={field.id}
              field={field}
              value={values[field.key] ?? ""}
              onChange={(value) => set(field.key, value)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

type FilterProps = { field: CustomField; value: string; onChange: (value: string) => void };

function FieldFilter({ field, value, onChange }: FilterProps) {
  if (field.kind === "choice" || field.kind === "boolean") {
    const options =
      field.kind === "choice"
        ? field.choices
        : [
            { value: "true", label: t`Yes` },
            { value: "false", label: t`No` },
          ];
    return (
      <NativeSelect
        label={field.label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[{ value: "", label: t`Any` }, ...options]}
      />
    );
  }
  return <ExactFilter key={value} field={field} value={value} onChange={onChange} />;
}

/** Asks for one value; it counts when the field is left or Enter is pressed. */
function ExactFilter({ field, value, onChange }: FilterProps) {
  const [text, setText] = useState(value);
  const done = () => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <TextInput
      label={field.label}
      placeholder={field.kind === "date" ? undefined : t`Exactly`}
      type={field.kind === "date" ? "date" : "text"}
      inputMode={field.kind === "number" ? "decimal" : undefined}
      maxLength={500}
      autoComplete="off"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => event.key === "Enter" && done()}
    />
  );
}
