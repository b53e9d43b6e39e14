import { plural } from "@lingui/core/macro";
import type { User } from "@/api/types";
import { formatList } from "@/app/format";

/** People by their names, at most eight; a longer list says how many more there are. */
export function namesOf(users: User[]): string {
  const names = users.slice(0, 8).map((user) => user.full_name);
  const rest = users.length - names.length;
  return formatList(rest > 0 ? [...names, plural(rest, { one: "# more", other: "# more" })] : names);
}
