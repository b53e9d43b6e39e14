import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Checkbox, Radio, Skeleton, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { TabApp } from "@/api/types";
import { useSession } from "@/app/session";
import { TabIcon } from "@/features/dashboard/icons";
import { builtInTitle } from "@/features/dashboard/tabs";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { Tag } from "@/ui/badges";
import { ErrorState } from "@/ui/ErrorState";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import rows from "@/ui/rows.module.css";
import { useDraft } from "@/ui/useDraft";
import { tabAppsQuery, tabsChanged } from "./queries";
import { usableAddress, variables } from "./tabForm";
import classes from "./tabs.module.css";

const icons: Record<string, string> = {
  conversations: "messages",
  analytics: "chart",
  knowledge: "book",
  channels: "plug",
  prompt: "prompt",
  settings: "settings",
};

/** Which app each built-in tab opens, for one organization and those below it. */
export function BuiltInTabs() {
  const { organization: here } = useSession();
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const organization = search.organization ?? here.id;
  const apps = useQuery(tabAppsQuery(organization));
  const [editing, setEditing] = useState("");
  const edited = apps.data?.find(({ tab }) => tab === editing);
  const choose = (id: string) =>
    void navigate({
      to: "/admin/tabs",
      search: { tab: "built-in", ...(id !== here.id && { organization: id }) },
      replace: true,
    });
  return (
    <>
      <OrganizationSelect
        className={classes.field}
        label={t`Organization`}
        description={t`What is set here holds for those below it, too.`}
        value={organization}
        onChange={({ id }) => choose(id)}
      />
      {apps.isError && <ErrorState error={apps.error} onRetry={() => void apps.refetch()} />}
      {apps.isPending && [1, 2, 3, 4].map((row) => <Skeleton key={row} height={56} my={8} />)}
      <ul className={rows.rows}>
        {apps.data?.map((app) => (
          <AppRow key={app.tab} app={app} organization={organization} onEdit={() => setEditing(app.tab)} />
        ))}
      </ul>
      {edited && <AppPanel app={edited} organization={organization} onClose={() => setEditing("")} />}
    </>
  );
}

type RowProps = { app: TabApp; organization: string; onEdit: () => void };

function AppRow({ app, organization, onEdit }: RowProps) {
  const title = builtInTitle(app.tab) ?? app.tab;
  const inherited = app.effective && app.from?.id !== organization;
  return (
    <li className={rows.row}>
      <TabIcon name={icons[app.tab] ?? "app"} size={22} />
      <div className={rows.main}>
        <div className={rows.title}>
          {title}
          {!app.effective && <Tag>{t`Not shown`}</Tag>}
        </div>
        <div className={`${rows.sub} ${classes.wrap}`}>
          {app.effective ? app.effective.url : t`Opens nothing yet.`}
        </div>
        {inherited && (
          <div className={rows.sub}>{app.from ? t`as set for ${app.from.name}` : t`as set further up`}</div>
        )}
      </div>
      <Button variant="default" onClick={onEdit} aria-label={t`Set up ${title}`}>
        <Trans>Set up</Trans>
      </Button>
    </li>
  );
}

type Choice = "inherit" | "app" | "off";

type AppValues = { choice: Choice; url: string; mode: "frame" | "window"; identify: boolean };

function valuesOf({ own }: TabApp): AppValues {
  if (!own) return { choice: "inherit", url: "", mode: "frame", identify: true };
  return { choice: own.url === "" ? "off" : "app", url: own.url, mode: own.mode, identify: own.identify };
}

function save(organization: string, { tab, version }: TabApp, { choice, url, mode, identify }: AppValues) {
  const params = { path: { id: organization, tab }, header: { "If-Match": ifMatch(version) } };
  if (choice === "inherit") {
    return unwrap<TabApp>(client.DELETE("/organizations/{id}/tab-apps/{tab}", { params }));
  }
  const body = choice === "app" ? { url: url.trim(), mode, identify } : { url: "", mode, identify: false };
  return unwrap<TabApp>(client.PUT("/organizations/{id}/tab-apps/{tab}", { params, body }));
}

function AppPanel({
  app: given,
  organization,
  onClose,
}: {
  app: TabApp;
  organization: string;
  onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const { base: app, values, set, told } = useDraft(given, valuesOf);
  const { choice, url, mode, identify } = values;
  const title = builtInTitle(app.tab) ?? app.tab;
  const saving = useMutation({
    mutationFn: () => save(organization, app, values),
    onError: told,
    onSuccess: async () => {
      notifyDone(t`${title} is saved.`);
      onClose();
      await tabsChanged(queryClient);
    },
  });
  const errors = fieldErrors(saving.error, fieldText);
  const complete = choice !== "app" || usableAddress(url);
  const changed = JSON.stringify(values) !== JSON.stringify(valuesOf(app));
  const ready = complete && changed;
  return (
    <Panel
      opened
      changed={changed}
      title={title}
      onClose={onClose}
      onSubmit={() => ready && !saving.isPending && saving.mutate()}
      footer={
        <>
          <FooterNote>{complete ? "" : t`Missing: an address that begins with https://`}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={!ready} loading={saving.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <FormAlert error={saving.error} shown={["url"]} />
      <Radio.Group label={t`What opens`} value={choice} onChange={(next) => set({ choice: next as Choice })}>
        <Stack gap={8} mt={6}>
          <Radio value="inherit" label={t`What is set further up, or nothing`} />
          <Radio value="app" label={t`An app of yours`} />
          <Radio value="off" label={t`Nothing: the tab is not shown`} />
        </Stack>
      </Radio.Group>
      {choice === "app" && (
        <>
          <TextInput
            label={t`Address`}
            description={t`Begins with https://. These words are filled in: ${variables}.`}
            required
            value={url}
            error={errors.url}
            onChange={(event) => set({ url: event.currentTarget.value })}
          />
          <Radio.Group
            label={t`Opens`}
            value={mode}
            onChange={(next) => set({ mode: next as AppValues["mode"] })}
          >
            <Stack gap={8} mt={6}>
              <Radio value="frame" label={t`in the dashboard`} />
              <Radio value="window" label={t`in a new window`} />
            </Stack>
          </Radio.Group>
          <Checkbox
            label={t`Tell the page who is looking`}
            description={t`It gets a signed token with name, e-mail, organization and permissions.`}
            checked={identify}
            onChange={(event) => set({ identify: event.currentTarget.checked })}
          />
        </>
      )}
    </Panel>
  );
}
