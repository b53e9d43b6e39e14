import { plural } from "@lingui/core/macro";
import type { User } from "@/api/types";
import { formatList } from "@/app/format";

/** People by their names, at most eight; a longer list says how many more there are. What note gives stands behind a name. */
export function namesOf(users: User[], note?: (user: User) => string | undefined): string {
  const names = users.slice(0, 8).map((user) => {
    const noted = note?.(user);
    return noted ? `${user.full_name} (${noted})` : user.full_name;
  });
  const rest = users.length - names.length;
  return formatList(rest > 0 ? [...names, plural(rest, { one: "# more", other: "# more" })] : names);
}
