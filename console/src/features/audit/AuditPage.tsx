import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, NativeSelect } from "@mantine/core";
import { IconClipboardList, IconRefresh, IconX } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { client, unwrap } from "@/api/client";
import type { AuditEvent, Page as PageOf } from "@/api/types";
import { useSession } from "@/app/session";
import { ExportButton } from "@/features/exports/ExportButton";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { CursorPager } from "@/ui/CursorPager";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { EmptyState, Page } from "@/ui/Page";
import { SearchInput } from "@/ui/SearchInput";
import { actionOptions } from "./actionGroups";
import classes from "./audit.module.css";
import { DateFilter } from "./DateFilter";
import { EventList } from "./EventList";
import {
  type AuditSearch,
  auditExportFilter,
  auditQuery,
  type ChipName,
  chipsOf,
  clearedAudit,
  isAuditFiltered,
  parseAuditSearch,
  toAuditUrl,
} from "./filters";

function useAuditSearch() {
  const raw = useSearch({ strict: false });
  const navigate = useNavigate();
  const search = parseAuditSearch(raw);
  const change = (next: Partial<AuditSearch>) =>
    void navigate({
      to: "/admin/audit",
      search: toAuditUrl({ ...search, cursor: "", ...next }),
      replace: next.cursor === undefined,
    });
  return { search, change };
}

/** Everything that happened in the organization and below it: who, what, when, from where. */
export function AuditPage() {
  const { search, change } = useAuditSearch();
  const { organization } = useSession();
  const list = useQuery({
    queryKey: ["audit", search],
    queryFn: ({ signal }) =>
      unwrap<PageOf<AuditEvent>>(
        client.GET("/audit-events", {
          params: { query: { limit: 50, ...auditQuery(search) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const events = list.data?.items;
  return (
    <Page
      title={t`Audit log`}
      lead={
        organization.is_root
          ? t`Every change and every sign-in, newest first. Nobody can edit or delete these entries.`
          : t`Every change and every sign-in that concerns ${organization.name}, newest first. Nobody can edit or delete these entries.`
      }
      actions={<ExportButton kinds={["audit"]} filter={auditExportFilter(search)} />}
    >
      <Filters search={search} change={change} onRefresh={() => void list.refetch()} />
      <Chips search={search} events={events} change={change} />
      <StaleNote query={list} />
      {list.isError && !events ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : events?.length === 0 ? (
        <EmptyState
          icon={<IconClipboardList size={32} stroke={1.5} aria-hidden="true" />}
          title={t`Nothing matches these filters`}
          text={t`Try a longer period or another action.`}
          action={
            isAuditFiltered(search) && (
              <Button variant="default" onClick={() => change(clearedAudit)}>
                <Trans>Clear filters</Trans>
              </Button>
            )
          }
        />
      ) : (
        <EventList events={events} onNarrow={(next) => change({ ...next })} />
      )}
      <CursorPager
        next={list.data?.next_cursor}
        previous={list.data?.prev_cursor}
        onGo={(cursor) => change({ cursor })}
      />
    </Page>
  );
}

function chipText(name: ChipName, value: string): string {
  switch (name) {
    case "user_id":
      return t`History of ${value}`;
    case "actor_id":
      return t`By ${value}`;
    case "target_id":
      return t`On ${value}`;
    case "ip":
      return t`From the address ${value}`;
    case "request_id":
      return t`Request ${value}`;
  }
}

type ChipProps = {
  search: AuditSearch;
  events: AuditEvent[] | undefined;
  change: (next: Partial<AuditSearch>) => void;
};

/** What the list is narrowed to by links; each goes by a click. */
function Chips({ search, events, change }: ChipProps) {
  const chips = chipsOf(search, events);
  if (chips.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label={t`Shown alone`}>
      {chips.map(({ name, value }) => {
        const text = chipText(name, value);
        return (
          <li key={name}>
            <Button
              className={classes.chip}
              variant="light"
              size="compact-md"
              rightSection={<IconX size={14} stroke={1.75} aria-hidden="true" />}
              aria-label={t`${text}: show all again`}
              onClick={() => change({ [name]: "" })}
            >
              {text}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}

type FilterProps = {
  search: AuditSearch;
  change: (next: Partial<AuditSearch>) => void;
  onRefresh: () => void;
};

function Filters({ search, change, onRefresh }: FilterProps) {
  const { organization } = useSession();
  const actions = useQuery({
    queryKey: ["audit", "actions"],
    queryFn: async () => (await unwrap<{ items: string[] }>(client.GET("/audit-events/actions"))).items,
    staleTime: 600_000,
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: the search element is not in every browser yet
    <div className={classes.filters} role="search" aria-label={t`Filter events`}>
      <div className={classes.search}>
        <SearchInput
          value={search.search}
          onChange={(value) => change({ search: value })}
          placeholder={t`Search people and things`}
        />
      </div>
      <NativeSelect
        className={classes.which}
        aria-label={t`Action`}
        value={search.action}
        onChange={(event) => change({ action: event.currentTarget.value })}
        data={[{ value: "", label: t`Any action` }, ...actionOptions(actions.data ?? [])]}
      />
      <NativeSelect
        className={classes.outcomes}
        aria-label={t`Outcome`}
        value={search.outcome}
        onChange={(event) => change({ outcome: event.currentTarget.value })}
        data={[
          { value: "", label: t`Any outcome` },
          { value: "success", label: t`Done` },
          { value: "failure", label: t`Failed` },
        ]}
      />
      <OrganizationSelect
        className={classes.which}
        label={t`Organization`}
        labelHidden
        value={search.organization_id || organization.id}
        onChange={(place) => change({ organization_id: place.id === organization.id ? "" : place.id })}
      />
      <DateFilter
        label={t`From`}
        value={search.from}
        max={search.to || undefined}
        onChange={(from) => change({ from })}
      />
      <DateFilter
        label={t`Until`}
        value={search.to}
        min={search.from || undefined}
        onChange={(to) => change({ to })}
      />
      <Button variant="default" leftSection={<IconRefresh size={16} stroke={1.75} />} onClick={onRefresh}>
        <Trans>Refresh</Trans>
      </Button>
      {isAuditFiltered(search) && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconX size={16} stroke={1.75} />}
          onClick={() => change(clearedAudit)}
        >
          <Trans>Clear filters</Trans>
        </Button>
      )}
    </div>
  );
}
