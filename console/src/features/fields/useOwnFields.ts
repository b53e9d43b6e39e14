import { useState } from "react";
import type { CustomField, FieldValues } from "@/api/types";
import { useFields } from "./queries";
import { changedValues, draftOf, type FieldDraft, missingValues, refusedValues, wrongValues } from "./values";

/** What a form of a person holds of the company's own fields, and whether it can be sent. */
export type OwnFields = {
  fields: CustomField[];
  draft: FieldDraft;
  /** What differs from what the person has; null if nothing does. */
  changed: ReturnType<typeof changedValues>;
  ready: boolean;
  /** The names of the fields that are missing, or wrong. */
  missing: string[];
  wrong: string[];
};

/** Keeps the draft of a form that begins with the given values. */
export function useOwnFields(values: FieldValues, userType: string, error: unknown) {
  const fields = useFields();
  const [base, setBase] = useState(() => draftOf(values));
  const [draft, setDraft] = useState(base);
  // The server's errors count until the field is changed.
  const [touched, setTouched] = useState<Record<string, boolean>>({});
  const wrong = wrongValues(fields, draft);
  const missing = missingValues(fields, draft, userType);
  const refused = Object.fromEntries(Object.entries(refusedValues(error)).filter(([key]) => !touched[key]));
  const change = (key: string, value: string) => {
    setDraft((old) => ({ ...old, [key]: value }));
    setTouched((old) => ({ ...old, [key]: true }));
  };
  return {
    fields,
    draft,
    changed: changedValues(fields, base, draft),
    ready: missing.length === 0 && Object.keys(wrong).length === 0,
    missing: missing.map((field) => field.label),
    wrong: fields.filter((field) => wrong[field.key]).map((field) => field.label),
    sent: () => setTouched({}),
    reset: (now: FieldValues) => {
      setBase(draftOf(now));
      setDraft(draftOf(now));
    },
    inputs: {
      fields,
      values: draft,
      errors: { ...refused, ...wrong },
      asks: userType !== "service",
      onChange: change,
    },
  };
}
