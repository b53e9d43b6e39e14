import { t } from "@lingui/core/macro";
import type { UserAlias } from "@/api/types";
import { aliasesText } from "./alias";
import classes from "./personas.module.css";

/** By which other name somebody goes, behind their own; all of them on hover and to screen readers. */
export function AliasNote({ aliases }: { aliases: UserAlias[] }) {
  const first = aliases[0]?.alias;
  if (!first) return null;
  const more = aliases.length - 1;
  const all = aliasesText(aliases);
  return (
    <span className={classes.as} title={t`Goes by ${all}`}>
      {more > 0 ? t`as ${first} +${more}` : t`as ${first}`}
    </span>
  );
}
