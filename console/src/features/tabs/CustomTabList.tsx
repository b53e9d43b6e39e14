import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Skeleton } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconExternalLink,
  IconLayoutNavbar,
  IconPencil,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { newest } from "@/api/conflict";
import type { CustomTab } from "@/api/types";
import { TabIcon } from "@/features/dashboard/icons";
import { Tag } from "@/ui/badges";
import { Confirm } from "@/ui/Confirm";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { notifyDone, notifyFailed } from "@/ui/notify";
import { EmptyState } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import { tabsChanged, tabsQuery } from "./queries";
import { TabPanel } from "./TabPanel";
import classes from "./tabs.module.css";

/** The custom tabs in their order, with making, changing, moving and deleting them. */
export function CustomTabList() {
  const queryClient = useQueryClient();
  const list = useQuery(tabsQuery);
  const [editing, setEditing] = useState<CustomTab | "new" | null>(null);
  const [deleting, setDeleting] = useState<CustomTab | null>(null);
  const again = () => tabsChanged(queryClient);
  const order = useMutation({
    mutationFn: (ids: string[]) => unwrap(client.PUT("/tab-order", { body: { ids } })),
    onError: notifyFailed,
    onSettled: again,
  });
  const remove = async (refusal: unknown) => {
    if (!deleting) return;
    const { id, version } = newest(deleting, refusal);
    const params = { path: { id }, header: { "If-Match": ifMatch(version) } };
    await unwrap(client.DELETE("/tabs/{id}", { params }));
    notifyDone(t`The tab ${deleting.title} is gone from all dashboards.`);
    await again();
  };
  const tabs = list.data?.items;
  const move = (at: number, by: number) => {
    const ids = (tabs ?? []).map((tab) => tab.id);
    const [moved] = ids.splice(at, 1);
    if (moved) ids.splice(at + by, 0, moved);
    order.mutate(ids);
  };
  const add = (
    <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setEditing("new")}>
      <Trans>New tab</Trans>
    </Button>
  );
  if (list.isError && !list.data)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <>
      <StaleNote query={list} />
      {list.isPending && [1, 2, 3].map((row) => <Skeleton key={row} height={56} my={8} />)}
      {tabs?.length === 0 && (
        <EmptyState
          icon={<IconLayoutNavbar size={32} stroke={1.5} aria-hidden="true" />}
          title={t`No custom tabs yet`}
          text={t`A custom tab shows a page of yours in your clients’ dashboards, and can tell it who is looking.`}
          action={add}
        />
      )}
      {tabs && tabs.length > 0 && (
        <>
          <Group justify="flex-end">{add}</Group>
          <ul className={rows.rows}>
            {tabs.map((tab, at) => (
              <li key={tab.id} className={rows.row}>
                <TabIcon name={tab.icon} size={22} />
                <TabSummary tab={tab} />
                <div className={classes.actions}>
                  <ActionIcon
                    aria-label={t`Move ${tab.title} up`}
                    disabled={at === 0 || order.isPending}
                    onClick={() => move(at, -1)}
                  >
                    <IconArrowUp size={18} stroke={1.75} />
                  </ActionIcon>
                  <ActionIcon
                    aria-label={t`Move ${tab.title} down`}
                    disabled={at === tabs.length - 1 || order.isPending}
                    onClick={() => move(at, 1)}
                  >
                    <IconArrowDown size={18} stroke={1.75} />
                  </ActionIcon>
                  <ActionIcon aria-label={t`Edit ${tab.title}`} onClick={() => setEditing(tab)}>
                    <IconPencil size={18} stroke={1.75} />
                  </ActionIcon>
                  <ActionIcon aria-label={t`Delete ${tab.title}`} onClick={() => setDeleting(tab)}>
                    <IconTrash size={18} stroke={1.75} />
                  </ActionIcon>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
      {editing && (
        <TabPanel
          tab={editing === "new" ? null : editing}
          keysUrl={list.data?.keys_url ?? ""}
          issuer={list.data?.issuer ?? ""}
          onClose={() => setEditing(null)}
          onSaved={(title) => {
            setEditing(null);
            notifyDone(t`The tab ${title} is saved.`);
            void again();
          }}
        />
      )}
      <Confirm
        opened={deleting !== null}
        title={t`Delete the tab ${deleting?.title ?? ""}?`}
        action={t`Delete 1 tab`}
        danger
        onConfirm={remove}
        onClose={() => setDeleting(null)}
      >
        <Trans>It disappears from all dashboards at once. The page it opens stays as it is.</Trans>
      </Confirm>
    </>
  );
}

function TabSummary({ tab }: { tab: CustomTab }) {
  const people = tab.people.length;
  return (
    <div className={rows.main}>
      <div className={rows.title}>
        <span dir="auto">{tab.title}</span>
        {tab.mode === "window" && (
          <Tag icon={<IconExternalLink size={14} aria-hidden="true" />}>{t`New window`}</Tag>
        )}
        {tab.identify && <Tag tone="outline">{t`Knows who is looking`}</Tag>}
      </div>
      <div className={`${rows.sub} ${classes.wrap}`}>{tab.url}</div>
      <div className={rows.sub}>
        {tab.all_organizations
          ? t`${tab.owner.name} and all below it`
          : tab.organizations.map((org) => org.name).join(", ")}{" "}
        ·{" "}
        {tab.audience === "everybody"
          ? t`everybody with custom tabs`
          : plural(people, { one: "# chosen person", other: "# chosen people" })}
      </div>
    </div>
  );
}
