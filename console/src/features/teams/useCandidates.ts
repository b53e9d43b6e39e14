import { t } from "@lingui/core/macro";
import type { ComboboxItem } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { User } from "@/api/types";
import { useSession } from "@/app/session";
import { isAnswered, moreValue, narrowed } from "@/features/organizations/choices";
import { candidatesQuery } from "./queries";

/** Whether somebody belongs to everything that the viewer sees, by a membership where the viewer acts. */
export const reachesAll = ({ here }: User, acting: string): boolean =>
  here?.includes_descendants === true && here.organization.id === acting;

/**
 * People to choose from, found by the server: those who belong to each of the organizations, or anybody where there
 * are none. The first few are there before anything is typed; `undefined` is for organizations that are not known yet.
 */
export function useCandidates(
  text: string,
  organizations: string[] | undefined,
  suits: (user: User) => boolean,
) {
  const acting = useSession().organization.id;
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const first = organizations?.[0] ?? "";
  const found = useQuery({ ...candidatesQuery(wanted, first), enabled: organizations !== undefined });
  // Who belongs there by what they are above it is no member of its own, and is looked for by name.
  const reaching = wanted !== "" && first !== "" && first !== acting;
  const above = useQuery({ ...candidatesQuery(wanted, acting), enabled: reaching });
  const belongs = (user: User) =>
    reachesAll(user, acting) ||
    (organizations ?? []).every((id) => user.organizations.some((organization) => organization.id === id));
  const all = [
    ...(found.data?.items ?? []),
    ...(reaching ? (above.data?.items.filter((user) => reachesAll(user, acting)) ?? []) : []),
  ];
  const people = [...new Map(all.map((user) => [user.id, user])).values()].filter(
    (user) => belongs(user) && suits(user),
  );
  const options: ComboboxItem[] = people.map((user) => ({
    value: user.id,
    label: `${user.full_name} · ${user.email}`,
  }));
  if (found.data?.next_cursor) {
    options.push({ value: moreValue, label: t`There are more. Type a part of the name.`, disabled: true });
  }
  const answered = isAnswered(text, wanted, found);
  return {
    options,
    filter: ({ options: shown }: { options: unknown[] }) => narrowed(shown as ComboboxItem[], text, answered),
    nothing: found.isFetching || above.isFetching ? t`Searching…` : t`Nobody else found`,
  };
}
