import { plural } from "@lingui/core/macro";
import type { Page, User } from "@/api/types";
import { CursorPager } from "@/ui/CursorPager";

type Props = { page: Page<User> | undefined; onGo: (cursor: string) => void };

/** To the next and the previous page of a list of people, with how many are on this one. */
export function PeoplePager({ page, onGo }: Props) {
  const n = page?.items.length ?? 0;
  return (
    <CursorPager
      next={page?.next_cursor}
      previous={page?.prev_cursor}
      onGo={onGo}
      note={n > 0 ? plural(n, { one: "# person on this page", other: "# people on this page" }) : null}
    />
  );
}
