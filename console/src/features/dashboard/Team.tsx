import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Modal, Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import type { DashboardHome, Page, Teammate } from "@/api/types";
import { useSession } from "@/app/session";
import { background } from "@/features/sessionguard/idle";
import { Tag } from "@/ui/badges";
import { CursorPager } from "@/ui/CursorPager";
import { LoadProblem } from "@/ui/LoadProblem";
import { EmptyState } from "@/ui/Page";
import { PersonAvatar } from "@/ui/PersonAvatar";
import { Presence } from "@/ui/Presence";
import { SearchInput } from "@/ui/SearchInput";
import classes from "./dashboard.module.css";

/** The first of those whom one works with, and the way to all of them. */
export function Team({ home }: { home: DashboardHome | undefined }) {
  const [whole, setWhole] = useState(false);
  if (!home) return <Skeleton height={120} mt="sm" />;
  if (home.team.length === 0) {
    return (
      <p className={classes.quiet}>
        <Trans>Nobody belongs to this organization yet.</Trans>
      </p>
    );
  }
  return (
    <>
      <Mates people={home.team} />
      {home.team_total > home.team.length && (
        <Button variant="default" mt="sm" onClick={() => setWhole(true)}>
          {plural(home.team_total, { one: "Show # person", other: "Show all # people" })}
        </Button>
      )}
      <Modal
        opened={whole}
        onClose={() => setWhole(false)}
        title={t`Your team`}
        size={560}
        closeButtonProps={{ "aria-label": t`Close` }}
      >
        <WholeTeam />
      </Modal>
    </>
  );
}

function Mates({ people }: { people: Teammate[] }) {
  return (
    <ul className={classes.team}>
      {people.map((person) => (
        <li key={person.id} className={classes.mate}>
          <PersonAvatar person={person} size={32} />
          <span className="truncate" dir="auto">
            {person.name}
          </span>
          {person.runs_it && <Tag>{t`Org Admin`}</Tag>}
          <span className={classes.there}>
            <Presence presence={person.presence} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Everybody of the organization in which one acts, in pages, and found by name. */
function WholeTeam() {
  const { organization } = useSession();
  const [view, setView] = useState({ search: "", cursor: "" });
  const list = useQuery({
    queryKey: ["dashboard", organization.id, "team", view],
    queryFn: ({ signal }) => {
      const query = {
        limit: 25,
        ...(view.search && { search: view.search }),
        ...(view.cursor && { cursor: view.cursor }),
      };
      return unwrap<Page<Teammate>>(
        client.GET("/dashboard/team", { params: { query }, headers: background, signal }),
      );
    },
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  const people = list.data?.items;
  return (
    <>
      <SearchInput
        value={view.search}
        onChange={(search) => setView({ search, cursor: "" })}
        placeholder={t`Search the team`}
      />
      <div className={classes.whole}>
        <LoadProblem query={list} />
        {list.isPending && <Skeleton height={200} mt="sm" />}
        {people?.length === 0 && <EmptyState title={t`Nobody found`} text={t`Try another name.`} />}
        {people && people.length > 0 && <Mates people={people} />}
      </div>
      <CursorPager
        next={list.data?.next_cursor}
        previous={list.data?.prev_cursor}
        onGo={(cursor) => setView((old) => ({ ...old, cursor }))}
      />
    </>
  );
}
