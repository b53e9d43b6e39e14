import { t } from "@lingui/core/macro";

/** What becomes of a line, or once the import is over what became of it: the same words in totals, filter and rows. */
export function outcomeName(action: string, over: boolean): string {
  switch (action) {
    case "error":
      return t`With errors`;
    case "skip":
      return t`Skipped`;
    case "update":
      return t`Updated`;
    default:
      return over ? t`Added` : t`To be added`;
  }
}
