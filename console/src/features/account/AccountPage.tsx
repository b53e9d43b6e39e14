import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Box, Skeleton, Stack, Tabs } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { client, unwrap } from "@/api/client";
import { PresenceControl } from "@/app/PresenceControl";
import { useCan, useSession } from "@/app/session";
import { AccessList } from "@/features/access/AccessList";
import { KeyList } from "@/features/keys/KeyList";
import { MyAliases } from "@/features/personas/MyAliases";
import { LoadProblem } from "@/ui/LoadProblem";
import { Page } from "@/ui/Page";
import { SessionList } from "@/ui/SessionList";
import { TabStrip } from "@/ui/TabStrip";
import ui from "@/ui/ui.module.css";
import { AppearanceTab } from "./AppearanceTab";
import { MyHistory } from "./MyHistory";
import { PasswordForm } from "./PasswordForm";
import { ProfileForm } from "./ProfileForm";
import { meQuery, myAccessQuery, mySessionsQuery } from "./queries";

const tabs = [
  "profile",
  "persona",
  "password",
  "appearance",
  "sessions",
  "access",
  "keys",
  "history",
] as const;

type Tab = (typeof tabs)[number];

/** The tabs of the account; what the server refuses is not among them. */
export function accountTabs(impersonating: boolean, makesKeys: boolean): readonly Tab[] {
  const personal: Tab[] = ["password", "sessions", "keys"];
  return tabs.filter((name) => (name !== "keys" || makesKeys) && !(impersonating && personal.includes(name)));
}

function tabLabel(tab: Tab): string {
  const labels: Record<Tab, string> = {
    profile: t`Profile`,
    persona: t`How others see me`,
    password: t`Password`,
    appearance: t`Appearance`,
    sessions: t`Sessions`,
    access: t`My access`,
    keys: t`API keys`,
    history: t`History`,
  };
  return labels[tab];
}

/** What a person keeps about themselves. */
export function AccountPage() {
  const may = useCan();
  const session = useSession();
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  // What proves who a person is stays out of reach of somebody who is logged in as them.
  const shown = accountTabs(Boolean(session.impersonation), may("api_keys.manage"));
  const tab = shown.find((name) => name === search.tab) ?? "profile";
  const go = (next: string | null) =>
    void navigate({
      to: "/account",
      search: next && next !== "profile" ? { tab: next } : {},
      replace: true,
    });
  return (
    <Page
      title={t`Account`}
      lead={
        session.impersonation
          ? t`You are logged in as ${session.user.full_name}. Password, e-mail address, sessions and keys stay out of reach meanwhile.`
          : undefined
      }
    >
      <Tabs value={tab} onChange={go} keepMounted={false}>
        <TabStrip mb="lg">
          {shown.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {tabLabel(name)}
            </Tabs.Tab>
          ))}
        </TabStrip>
        <Tabs.Panel value="profile">
          <ProfileTab />
        </Tabs.Panel>
        <Tabs.Panel value="persona">
          <PersonaTab />
        </Tabs.Panel>
        <Tabs.Panel value="password">
          <PasswordForm />
        </Tabs.Panel>
        <Tabs.Panel value="appearance">
          <AppearanceTab />
        </Tabs.Panel>
        <Tabs.Panel value="sessions">
          <MySessions />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <MyAccess />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeyList userId={session.user.id} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <MyHistory />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function ProfileTab() {
  const me = useQuery(meQuery);
  if (me.isError && !me.data) return <LoadProblem query={me} />;
  if (!me.data) return <Skeleton height={320} maw={560} />;
  return (
    <>
      <LoadProblem query={me} />
      <ProfileForm key={me.data.id} me={me.data} />
    </>
  );
}

/** Whether one is there, and by which names one goes. */
function PersonaTab() {
  const me = useQuery(meQuery);
  const { impersonation } = useSession();
  if (me.isError && !me.data) return <LoadProblem query={me} />;
  if (!me.data) return <Skeleton height={200} maw={560} />;
  return (
    <Stack gap={40}>
      <LoadProblem query={me} />
      {!impersonation && (
        <Box maw={360}>
          <PresenceControl />
        </Box>
      )}
      <MyAliases me={me.data} />
    </Stack>
  );
}

function MySessions() {
  const queryClient = useQueryClient();
  const sessions = useQuery(mySessionsQuery);
  if (sessions.isError && !sessions.data) return <LoadProblem query={sessions} />;
  const again = () => queryClient.invalidateQueries({ queryKey: mySessionsQuery.queryKey });
  return (
    <>
      <LoadProblem query={sessions} />
      <SessionList
        sessions={sessions.data}
        owner={null}
        onEnd={async (session) => {
          await unwrap(
            client.DELETE("/me/sessions/{session_id}", { params: { path: { session_id: session.id } } }),
          );
          await again();
        }}
        onEndAll={async () => {
          await unwrap(client.DELETE("/me/sessions"));
          await again();
        }}
      />
    </>
  );
}

function MyAccess() {
  const access = useQuery(myAccessQuery);
  if (access.isError && !access.data) return <LoadProblem query={access} />;
  return (
    <>
      <LoadProblem query={access} />
      <p className={ui.sectionLead}>
        <Trans>What you can do, and what gave it to you. You get a mail when it changes.</Trans>
      </p>
      <AccessList access={access.data} />
    </>
  );
}
