import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { type ComboboxItem, Radio, Select, Skeleton, Stack } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { client, unwrap } from "@/api/client";
import type { User, UserDeletion } from "@/api/types";
import { formatList } from "@/app/format";
import { useCan, useSession } from "@/app/session";
import type { Ref } from "@/features/organizations/choices";
import { teamQuery } from "@/features/teams/queries";
import { useCandidates } from "@/features/teams/useCandidates";
import { Confirm } from "@/ui/Confirm";
import { LoadProblem } from "@/ui/LoadProblem";
import { Elsewhere, LeaveOrDelete, movableOf } from "./Elsewhere";

export type FarewellProps = {
  users: User[];
  opened: boolean;
  title: string;
  action: string;
  /** What will happen, before what is listed. */
  children: ReactNode;
  /** heir is who takes over what they own, or "" when it ends; refusal is why the last attempt failed. */
  onConfirm: (heir: string, refusal: unknown) => Promise<unknown>;
  /** The client from whose people one came, and what takes those who belong elsewhere, too, out of it alone. */
  leaving?: { place: Ref; run: (users: User[], refusal: unknown) => Promise<unknown> } | undefined;
  onClose: () => void;
};

const kinds = ["service_keys", "teams_led", "invitations", "imports", "api_keys"] as const;

/** How many of what, in words. */
function kindText(kind: string, count: number): string {
  switch (kind) {
    case "service_keys":
      return plural(count, {
        one: "# API key of a service account",
        other: "# API keys of service accounts",
      });
    case "teams_led":
      return plural(count, { one: "# team they lead", other: "# teams they lead" });
    case "invitations":
      return plural(count, { one: "# pending invitation", other: "# pending invitations" });
    case "imports":
      return plural(count, { one: "# unfinished import", other: "# unfinished imports" });
    default:
      return plural(count, {
        one: "# API key of their own, which ends",
        other: "# API keys of their own, which end",
      });
  }
}

/** What the people own, by kind. */
function ownedBy(list: UserDeletion[]): { kind: string; names: string[] }[] {
  return kinds
    .map((kind) => ({
      kind,
      names: list
        .flatMap((entry) => entry.owns.filter((owned) => owned.kind === kind))
        .flatMap((o) => o.names),
    }))
    .filter((entry) => entry.names.length > 0);
}

/** Asks before people go, shows what they own, who shall have it, and whether it is enough that they leave a client. */
export function Farewell(props: FarewellProps) {
  const { users, opened, title, action, children, onConfirm, leaving, onClose } = props;
  const here = useSession().organization;
  const ids = users.map((user) => user.id);
  const [heir, setHeir] = useState("");
  const [ends, setEnds] = useState(false);
  const [leaves, setLeaves] = useState(true);
  const preview = useQuery({
    // Not among what is fetched again when the people are gone: nothing is left to preview then.
    queryKey: ["deletion-preview", ids],
    queryFn: async () =>
      (await unwrap<{ items: UserDeletion[] }>(client.POST("/users/deletion-preview", { body: { ids } })))
        .items,
    enabled: opened && ids.length > 0,
    staleTime: 0,
    gcTime: 0,
  });
  // What was shown the last time may have changed since.
  const known = preview.isSuccess && !preview.isFetching;
  const owned = ownedBy(preview.data ?? []);
  const movable = owned.some((entry) => entry.kind !== "api_keys");
  const people = users.map((user) => ({
    user,
    organizations: preview.data?.find(({ id }) => id === user.id)?.organizations ?? [],
  }));
  const able = known && leaving ? movableOf(people, leaving.place.id).map(({ user }) => user) : [];
  const out = leaves && able.length > 0;
  const undecided = !out && movable && !ends && !heir;
  const confirm = (refusal: unknown) =>
    out ? leaving?.run(able, refusal) : onConfirm(movable && !ends ? heir : "", refusal);
  return (
    <Confirm
      opened={opened}
      title={title}
      action={out ? removeWords(able) : action}
      danger
      disabled={!known || undecided}
      onConfirm={async (refusal) => confirm(refusal)}
      onClose={onClose}
    >
      {known && <Elsewhere people={people} here={leaving?.place.id ?? here.id} />}
      {leaving && able.length > 0 && (
        <LeaveOrDelete
          place={leaving.place}
          movable={able.length}
          stuck={users.length - able.length}
          leaves={leaves}
          onChange={setLeaves}
        />
      )}
      {!out && children}
      {preview.isPending && opened && <Skeleton height={24} mt={8} />}
      <LoadProblem query={preview} />
      {!out && owned.length > 0 && (
        <>
          <p>
            <Trans>What they own:</Trans>
          </p>
          <ul>
            {owned.map((entry) => (
              <li key={entry.kind}>
                {kindText(entry.kind, entry.names.length)}: {formatList(entry.names.slice(0, 5))}
                {entry.names.length > 5 && " …"}
              </li>
            ))}
          </ul>
        </>
      )}
      {!out && movable && <Heir leaving={users} heir={heir} ends={ends} onHeir={setHeir} onEnds={setEnds} />}
      {undecided && <p>{t`Choose who takes over, or that it ends.`}</p>}
    </Confirm>
  );
}

function removeWords(people: User[]): string {
  const [first] = people;
  if (first && people.length === 1) return t`Remove ${first.full_name}`;
  return plural(people.length, { one: "Remove # person", other: "Remove # people" });
}

type HeirProps = {
  leaving: User[];
  heir: string;
  ends: boolean;
  onHeir: (id: string) => void;
  onEnds: (ends: boolean) => void;
};

/** The organizations of the teams that people lead, to which whoever takes those over must belong; undefined until known. */
function useLedIn(users: User[]): string[] | undefined {
  const mayRead = useCan()("teams.read");
  const led = users.flatMap((user) => user.teams.filter((team) => team.lead));
  return useQueries({
    queries: [...new Set(led.map(({ id }) => id))].map((id) => ({
      ...teamQuery(id),
      enabled: mayRead,
      retry: false,
    })),
    combine: (found) =>
      found.some(({ isLoading }) => isLoading)
        ? undefined
        : [...new Set(found.flatMap(({ data }) => data?.organization.id ?? []))],
  });
}

function Heir({ leaving, heir, ends, onHeir, onEnds }: HeirProps) {
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<ComboboxItem | null>(null);
  // What stands in the closed field is the chosen one, and no search.
  const people = useCandidates(
    search === chosen?.label ? "" : search,
    useLedIn(leaving),
    (user) =>
      user.status === "active" &&
      user.user_type !== "service" &&
      user.user_type !== "client" &&
      !leaving.some(({ id }) => id === user.id),
  );
  const isThere = people.options.some((entry) => entry.value === chosen?.value);
  const data = chosen && !isThere ? [chosen, ...people.options] : people.options;
  return (
    <Radio.Group
      label={t`What becomes of it?`}
      value={ends ? "end" : "hand"}
      onChange={(value) => onEnds(value === "end")}
    >
      <Stack gap={8} mt={8}>
        <Radio value="hand" label={t`Somebody takes it over`} />
        {!ends && (
          <Select
            aria-label={t`Who takes over`}
            placeholder={t`Name or e-mail`}
            searchable
            searchValue={search}
            onSearchChange={setSearch}
            value={heir || null}
            onChange={(id) => {
              setChosen(data.find((entry) => entry.value === id) ?? null);
              onHeir(id ?? "");
            }}
            filter={people.filter}
            data={data}
            nothingFoundMessage={people.nothing}
          />
        )}
        <Radio
          value="end"
          label={t`It ends`}
          description={t`Keys are revoked, invitations taken back, imports cancelled; teams stay without a lead.`}
        />
      </Stack>
    </Radio.Group>
  );
}
