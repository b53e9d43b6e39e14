import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { NativeSelect } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import type { User } from "@/api/types";
import { useCan } from "@/app/session";
import { useListAddress } from "@/app/useListAddress";
import { AccessList } from "@/features/access/AccessList";
import { EventList } from "@/features/audit/EventList";
import { CursorPager } from "@/ui/CursorPager";
import { LoadProblem } from "@/ui/LoadProblem";
import { EmptyState } from "@/ui/Page";
import { SessionList } from "@/ui/SessionList";
import { userAccessQuery, userHistoryQuery, userSessionsQuery } from "./queries";

export function UserAccessTab({ user }: { user: User }) {
  const [chosen, setChosen] = useState("");
  const access = useQuery(userAccessQuery(user.id, chosen));
  if (access.isError && !access.data) return <LoadProblem query={access} />;
  const here = access.data?.organization;
  const places = here ? placesOf(user.organizations, here) : [];
  return (
    <>
      <LoadProblem query={access} />
      {places.length > 1 && (
        <NativeSelect
          label={t`What counts in`}
          maw={320}
          mb={16}
          value={chosen || (here?.id ?? "")}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={places.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <AccessList access={access.data} />
    </>
  );
}

/** Where to look at what somebody may do: where they belong, and the one that is shown. */
export function placesOf(organizations: User["organizations"], shown: User["organizations"][number]) {
  return organizations.some(({ id }) => id === shown.id) ? organizations : [shown, ...organizations];
}

export function UserSessionsTab({ user }: { user: User }) {
  const may = useCan();
  const queryClient = useQueryClient();
  const sessions = useQuery(userSessionsQuery(user.id));
  if (sessions.isError && !sessions.data) return <LoadProblem query={sessions} />;
  const again = () => queryClient.invalidateQueries({ queryKey: userSessionsQuery(user.id).queryKey });
  const endOne = async (sid: string) => {
    await unwrap(
      client.DELETE("/users/{id}/sessions/{session_id}", {
        params: { path: { id: user.id, session_id: sid } },
      }),
    );
    await again();
  };
  const endAll = async () => {
    await unwrap(client.DELETE("/users/{id}/sessions", { params: { path: { id: user.id } } }));
    await again();
  };
  const mayEnd = may("sessions.revoke");
  return (
    <>
      <LoadProblem query={sessions} />
      <SessionList
        sessions={sessions.data}
        owner={user.full_name}
        onEnd={mayEnd ? (session) => endOne(session.id) : undefined}
        onEndAll={mayEnd ? endAll : undefined}
      />
    </>
  );
}

export function UserHistoryTab({ user }: { user: Pick<User, "id"> }) {
  const may = useCan();
  const { cursor, onGo } = useListAddress();
  const history = useQuery(userHistoryQuery(user.id, cursor));
  if (history.isError && !history.data) return <LoadProblem query={history} />;
  if (history.data?.items.length === 0) {
    return (
      <EmptyState
        icon={<IconHistory size={32} stroke={1.5} aria-hidden="true" />}
        title={t`Nothing has happened yet`}
        text={t`Sign-ins and changes of this person appear here.`}
      />
    );
  }
  return (
    <>
      <LoadProblem query={history} />
      {may("audit.read") && (
        <p>
          <Link to="/admin/audit" search={{ user_id: user.id }} className="link">
            <Trans>Search this history in the audit log</Trans>
          </Link>
        </p>
      )}
      <EventList events={history.data?.items} />
      <CursorPager next={history.data?.next_cursor} previous={history.data?.prev_cursor} onGo={onGo} />
    </>
  );
}
