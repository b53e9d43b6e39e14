import { t } from "@lingui/core/macro";
import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Colleague, Page } from "@/api/types";
import { useListAddress } from "@/app/useListAddress";
import { background } from "@/features/sessionguard/idle";
import { userTypeName } from "@/features/users/userTypes";
import { CursorPager } from "@/ui/CursorPager";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { EmptyState } from "@/ui/Page";
import { PersonAvatar } from "@/ui/PersonAvatar";
import { Presence } from "@/ui/Presence";
import { SearchInput } from "@/ui/SearchInput";
import classes from "./portals.module.css";

/** What is known of somebody besides the name they go by. */
function about(person: Colleague): string {
  const parts = [
    person.full_name === person.name ? null : person.full_name,
    userTypeName(person.user_type),
    person.email,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** The people one works with: names, faces and addresses, nothing to change. */
export function Colleagues() {
  const { search, cursor, onSearch, onGo } = useListAddress();
  const list = useQuery({
    queryKey: ["colleagues", search, cursor],
    queryFn: () =>
      unwrap<Page<Colleague>>(
        client.GET("/colleagues", {
          params: {
            query: {
              limit: 24,
              ...(search && { search }),
              ...(cursor && { cursor }),
            },
          },
          headers: background,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  if (list.isError && !list.data)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  const people = list.data?.items;
  return (
    <>
      <StaleNote query={list} />
      <div className={classes.search}>
        <SearchInput value={search} onChange={onSearch} placeholder={t`Search colleagues`} />
      </div>
      {!people && <Skeleton height={200} mt="sm" />}
      {people?.length === 0 && <EmptyState title={t`Nobody found`} text={t`Try another name.`} />}
      <ul className={classes.people}>
        {people?.map((person) => (
          <li key={person.id} className={classes.person}>
            <PersonAvatar person={person} size={36} />
            <div className={classes.personText}>
              <div className={`${classes.personName} truncate`} dir="auto">
                {person.name}
              </div>
              <div className={`${classes.personSub} truncate`} dir="auto">
                {about(person)}
              </div>
              {person.user_type !== "service" && (
                <div className={classes.personSub}>
                  <Presence presence={person.presence} />
                </div>
              )}
            </div>
          </li>
        ))}
      </ul>
      <CursorPager next={list.data?.next_cursor} previous={list.data?.prev_cursor} onGo={onGo} />
    </>
  );
}
