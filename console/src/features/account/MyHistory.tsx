import { t } from "@lingui/core/macro";
import { IconHistory } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { AuditEvent, Page } from "@/api/types";
import { useListAddress } from "@/app/useListAddress";
import { EventList } from "@/features/audit/EventList";
import { CursorPager } from "@/ui/CursorPager";
import { LoadProblem } from "@/ui/LoadProblem";
import { EmptyState } from "@/ui/Page";

/** What one did, and what was done to one's account. */
export function MyHistory() {
  const { cursor, onGo } = useListAddress();
  const history = useQuery({
    queryKey: ["me", "history", cursor],
    queryFn: () =>
      unwrap<Page<AuditEvent>>(client.GET("/me/history", { params: { query: cursor ? { cursor } : {} } })),
    placeholderData: keepPreviousData,
  });
  if (history.isError && !history.data) return <LoadProblem query={history} />;
  if (history.data?.items.length === 0) {
    return (
      <EmptyState
        icon={<IconHistory size={32} stroke={1.5} aria-hidden="true" />}
        title={t`Nothing has happened yet`}
        text={t`Your sign-ins and changes appear here.`}
      />
    );
  }
  return (
    <>
      <LoadProblem query={history} />
      <EventList events={history.data?.items} />
      <CursorPager next={history.data?.next_cursor} previous={history.data?.prev_cursor} onGo={onGo} />
    </>
  );
}
