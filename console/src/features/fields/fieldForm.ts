import type { CustomField } from "@/api/types";
import type { Kind } from "./kinds";

export type ChoiceDraft = { id: number; value: string; label: string };

/** What the form of a field holds. */
export type FieldForm = {
  label: string;
  kind: Kind;
  required: boolean;
  in_table: boolean;
  choices: ChoiceDraft[];
};

export function formOf(field: CustomField | null): FieldForm {
  if (!field) {
    const choices = [1, 2].map((id) => ({ id, value: "", label: "" }));
    return { label: "", kind: "text", required: false, in_table: false, choices };
  }
  const choices = field.choices.map((choice, at) => ({ id: at + 1, ...choice }));
  return {
    label: field.label,
    kind: field.kind,
    required: field.required,
    in_table: field.in_table,
    choices,
  };
}

/** The choices that are filled in, as the API takes them. */
export function choicesOf(form: FieldForm): { value?: string; label: string }[] {
  return form.choices
    .filter((choice) => choice.label.trim() !== "" || choice.value !== "")
    .map(({ value, label }) => (value ? { value, label: label.trim() } : { label: label.trim() }));
}

/** What a new field is made of. */
export function newField(form: FieldForm) {
  const { label, kind, required, in_table } = form;
  const body = { label: label.trim(), kind, required, in_table };
  return kind === "choice" ? { ...body, choices: choicesOf(form) } : body;
}

/** Only what differs; null if nothing does. */
export function fieldPatch(before: FieldForm, after: FieldForm) {
  const choices = choicesOf(after);
  const patch = {
    ...(after.label.trim() !== before.label && { label: after.label.trim() }),
    ...(after.required !== before.required && { required: after.required }),
    ...(after.in_table !== before.in_table && { in_table: after.in_table }),
    ...(after.kind === "choice" &&
      JSON.stringify(choices) !== JSON.stringify(choicesOf(before)) && { choices }),
  };
  return Object.keys(patch).length > 0 ? patch : null;
}

/** Puts an entry into another place. */
export function moved<T>(list: T[], at: number, by: number): T[] {
  const rest = list.filter((_, index) => index !== at);
  const entry = list[at];
  return entry === undefined ? list : [...rest.slice(0, at + by), entry, ...rest.slice(at + by)];
}
