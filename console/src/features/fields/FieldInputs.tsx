import { t } from "@lingui/core/macro";
import { NativeSelect, Select, TextInput } from "@mantine/core";
import type { CustomField } from "@/api/types";
import type { FieldDraft } from "./values";

type Props = {
  fields: CustomField[];
  values: FieldDraft;
  errors: Record<string, string>;
  /** Whether required ones are marked: programs need none. */
  asks?: boolean;
  onChange: (key: string, value: string) => void;
};

/** An input for each of the company's own fields. */
export function FieldInputs({ fields, values, errors, asks = true, onChange }: Props) {
  return fields.map((field) => (
    <FieldInput
      key={field.id}
      field={field}
      value={values[field.key] ?? ""}
      error={errors[field.key]}
      required={asks && field.required}
      onChange={(value) => onChange(field.key, value)}
    />
  ));
}

type InputProps = {
  field: CustomField;
  value: string;
  error: string | undefined;
  required: boolean;
  onChange: (value: string) => void;
};

/** So many choices are looked through at a glance; more can be searched. */
const glance = 12;

function FieldInput({ field, value, error, required, onChange }: InputProps) {
  const common = { label: field.label, error, required };
  const empty = { value: "", label: required ? t`Choose` : t`None` };
  if (field.kind === "boolean") {
    return (
      <NativeSelect
        {...common}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[empty, { value: "true", label: t`Yes` }, { value: "false", label: t`No` }]}
      />
    );
  }
  if (field.kind === "choice") {
    const known = field.choices.some((choice) => choice.value === value);
    const choices = known || value === "" ? field.choices : [...field.choices, { value, label: value }];
    return choices.length <= glance ? (
      <NativeSelect
        {...common}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[empty, ...choices]}
      />
    ) : (
      <Select
        {...common}
        value={value || null}
        onChange={(chosen) => onChange(chosen ?? "")}
        data={choices}
        placeholder={t`Choose`}
        searchable
        clearable={!required}
        clearButtonProps={{ "aria-label": t`Clear ${field.label}` }}
        nothingFoundMessage={t`Nothing found`}
      />
    );
  }
  return (
    <TextInput
      {...common}
      type={field.kind === "date" ? "date" : "text"}
      max={field.kind === "date" ? "9999-12-31" : undefined}
      inputMode={field.kind === "number" ? "decimal" : undefined}
      maxLength={field.kind === "date" ? undefined : 500}
      autoComplete="off"
      dir="auto"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
