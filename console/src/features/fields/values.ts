import { t } from "@lingui/core/macro";
import { isApiError } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { CustomField, FieldValues } from "@/api/types";
import { formatDay, formatNumber } from "@/app/format";

/** What a form holds of custom fields: each value as text, by the field's key. */
export type FieldDraft = Record<string, string>;

export function draftOf(values: FieldValues): FieldDraft {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

/** A value as the API takes it; null for none. */
function typed(field: CustomField, text: string): string | number | boolean | null {
  if (text.trim() === "") return null;
  if (field.kind === "number") return Number(text);
  if (field.kind === "boolean") return text === "true";
  return text.trim();
}

/** The values of a new person. */
export function newValues(fields: CustomField[], draft: FieldDraft): FieldValues {
  const values: FieldValues = {};
  for (const field of fields) {
    const value = typed(field, draft[field.key] ?? "");
    if (value !== null) values[field.key] = value;
  }
  return values;
}

/** The values that differ, null for those that were taken away; null if none does. */
export function changedValues(
  fields: CustomField[],
  before: FieldDraft,
  after: FieldDraft,
): Record<string, string | number | boolean | null> | null {
  const changed = fields
    .map((field) => ({
      key: field.key,
      before: typed(field, before[field.key] ?? ""),
      after: typed(field, after[field.key] ?? ""),
    }))
    .filter((entry) => entry.before !== entry.after);
  return changed.length > 0 ? Object.fromEntries(changed.map(({ key, after: value }) => [key, value])) : null;
}

/** The required fields that are empty. Programs need none. */
export function missingValues(fields: CustomField[], draft: FieldDraft, userType: string): CustomField[] {
  if (userType === "service") return [];
  return fields.filter((field) => field.required && (draft[field.key] ?? "").trim() === "");
}

const decimal = /^[+-]?\d{1,15}(\.\d+)?$/;

/** What is filled in but wrong, by key. */
export function wrongValues(fields: CustomField[], draft: FieldDraft): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const field of fields) {
    const text = (draft[field.key] ?? "").trim();
    if (text === "" || field.kind !== "number") continue;
    const digits = text.replace(/\D/g, "").replace(/^0+/, "").length;
    if (!decimal.test(text) || digits > 15) {
      wrong[field.key] = t`Enter a number of at most 15 digits, such as 12 or 12.5.`;
    }
  }
  return wrong;
}

/** What the server refused of custom fields, by key. */
export function refusedValues(error: unknown): Record<string, string> {
  const refused: Record<string, string> = {};
  if (!isApiError(error)) return refused;
  for (const entry of error.problem.errors ?? []) {
    const key = /^\/custom_fields\/([a-z0-9_]+)$/.exec(entry.pointer)?.[1];
    if (key) refused[key] ??= fieldText(entry.code, entry.detail);
  }
  return refused;
}

/** A value as people read it; "" for none. */
export function showValue(field: CustomField, value: FieldValues[string] | undefined): string {
  if (value === undefined || value === "") return "";
  switch (field.kind) {
    case "choice":
      return field.choices.find((choice) => choice.value === value)?.label ?? String(value);
    case "boolean":
      return value === true || value === "true" ? t`Yes` : t`No`;
    case "date":
      return formatDay(String(value));
    case "number":
      return formatNumber(Number(value));
    default:
      return String(value);
  }
}

/** A value where no heading says of what: with the field's name, unless it speaks for itself. */
export function showNamed(field: CustomField, value: FieldValues[string] | undefined): string {
  const shown = showValue(field, value);
  if (!shown || field.kind === "choice" || field.kind === "text") return shown;
  return t`${field.label}: ${shown}`;
}
