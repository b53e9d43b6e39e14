import { plural, t } from "@lingui/core/macro";
import { formatList } from "@/app/format";

/** As long as an alias can be, in characters. */
const maxAlias = 60;

/** What is wrong with an alias, or an empty text. */
export function aliasProblem(alias: string): string {
  const length = [...alias.trim()].length;
  const most = maxAlias;
  return length > most
    ? plural(length - most, { one: "# character too many", other: "# characters too many" })
    : "";
}

type Named = { alias: string; organization: { name: string } };

/** The aliases of somebody in one line, each with where they go by it. */
export function aliasesText(aliases: readonly Named[]): string {
  return formatList(aliases.map(({ alias, organization }) => t`${alias} (${organization.name})`));
}
