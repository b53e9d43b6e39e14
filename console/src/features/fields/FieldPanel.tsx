import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { client, ifMatch, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
import type { CustomField } from "@/api/types";
import { formatList } from "@/app/format";
import { FormAlert } from "@/ui/FormAlert";
import { FooterNote, Panel } from "@/ui/Panel";
import { useChanged } from "@/ui/useChanged";
import { useDraft } from "@/ui/useDraft";
import { ChoicesEditor } from "./ChoicesEditor";
import { choicesOf, type FieldForm, fieldPatch, formOf, newField } from "./fieldForm";
import { type Kind, kindDescription, kindName, kinds } from "./kinds";

type Props = { field: CustomField | null; onClose: () => void; onSaved: (field: CustomField) => void };

function useSave(
  field: CustomField | null,
  form: FieldForm,
  onSaved: Props["onSaved"],
  onError: (refusal: unknown) => void,
) {
  const once = useOnce();
  return useMutation({
    mutationFn: () => {
      if (!field) {
        return once((headers) =>
          unwrap<CustomField>(client.POST("/custom-fields", { headers, body: newField(form) })),
        );
      }
      return unwrap<CustomField>(
        client.PATCH("/custom-fields/{id}", {
          params: { path: { id: field.id }, header: { "If-Match": ifMatch(field.version) } },
          headers: { "Content-Type": "application/merge-patch+json" },
          body: fieldPatch(formOf(field), form) ?? {},
        }),
      );
    },
    onSuccess: onSaved,
    onError,
  });
}

/** What is missing, in words. */
function missingOf(form: FieldForm): string[] {
  const blank = form.choices.some((choice) => choice.value !== "" && choice.label.trim() === "");
  return [
    form.label.trim() === "" && t`Name`,
    form.kind === "choice" && choicesOf(form).length === 0 && t`at least one choice`,
    form.kind === "choice" && blank && t`the name of a choice`,
  ].filter((entry) => entry !== false);
}

/** Makes or changes a custom field. */
export function FieldPanel({ field: given, onClose, onSaved }: Props) {
  const { base: field, values: form, set, told } = useDraft(given, formOf);
  const saving = useSave(field, form, onSaved, told);
  const errors = fieldErrors(saving.error, fieldText);
  const missing = missingOf(form);
  const changed = field === null || fieldPatch(formOf(field), form) !== null;
  const begun = useChanged(form);
  const ready = missing.length === 0 && changed;
  const note =
    missing.length > 0
      ? t`Missing: ${formatList(missing)}`
      : field && !changed
        ? t`Nothing has changed yet.`
        : "";
  return (
    <Panel
      opened
      title={field ? t`Edit the field ${field.label}` : t`New field`}
      changed={field ? changed : begun}
      onClose={onClose}
      onSubmit={() => ready && !saving.isPending && saving.mutate()}
      footer={
        <>
          <FooterNote>{note}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={!ready} loading={saving.isPending}>
            {field ? <Trans>Save</Trans> : <Trans>Add field</Trans>}
          </Button>
        </>
      }
    >
      <FormAlert error={saving.error} shown={["label", "choices"]} />
      <TextInput
        label={t`Name`}
        description={t`As it stands in forms and above the column.`}
        required
        maxLength={80}
        data-autofocus
        autoComplete="off"
        dir="auto"
        value={form.label}
        error={errors.label}
        onChange={(event) => set({ label: event.currentTarget.value })}
      />
      {field ? <Fixed field={field} /> : <KindChoice form={form} set={set} />}
      {form.kind === "choice" && (
        <ChoicesEditor
          field={field}
          choices={form.choices}
          error={errors.choices}
          onChange={(choices) => set({ choices })}
        />
      )}
      <Checkbox
        label={t`Required`}
        description={t`People you add or import need it. Who is here already is asked for it when they are edited next.`}
        checked={form.required}
        onChange={(event) => set({ required: event.currentTarget.checked })}
      />
      <Checkbox
        label={t`Show in the list of users`}
        description={t`As a column, where the screen is wide enough.`}
        checked={form.in_table}
        onChange={(event) => set({ in_table: event.currentTarget.checked })}
      />
    </Panel>
  );
}

function KindChoice({ form, set }: { form: FieldForm; set: (change: Partial<FieldForm>) => void }) {
  return (
    <NativeSelect
      label={t`Kind`}
      description={kindDescription(form.kind)}
      value={form.kind}
      onChange={(event) => set({ kind: event.currentTarget.value as Kind })}
      data={kinds.map((kind) => ({ value: kind, label: kindName(kind) }))}
    />
  );
}

/** What never changes. */
function Fixed({ field }: { field: CustomField }) {
  return (
    <>
      <TextInput
        label={t`Kind`}
        value={kindName(field.kind)}
        readOnly
        variant="filled"
        description={t`The kind can't be changed. Add another field if you need another one.`}
      />
      <TextInput
        label={t`Name in files and in the API`}
        description={t`In files, the column is field.${field.key}.`}
        value={field.key}
        readOnly
        variant="filled"
        classNames={{ input: "mono" }}
      />
    </>
  );
}
