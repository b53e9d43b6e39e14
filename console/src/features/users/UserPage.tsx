import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Skeleton, Tabs } from "@mantine/core";
import {
  IconLockPassword,
  IconLogin2,
  IconMailForward,
  IconPencil,
  IconTrash,
  IconUserCheck,
  IconUserPause,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { isApiError } from "@/api/errors";
import type { User } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { KeyList } from "@/features/keys/KeyList";
import { UserAliases } from "@/features/personas/UserAliases";
import { UserTeams } from "@/features/teams/UserTeams";
import { StatusBadge, TypeBadge } from "@/ui/badges";
import { ErrorState } from "@/ui/ErrorState";
import { Page } from "@/ui/Page";
import { PersonAvatar } from "@/ui/PersonAvatar";
import { Presence } from "@/ui/Presence";
import { TabStrip } from "@/ui/TabStrip";
import { type AskedAction, allows, hasSignedIn } from "./actions";
import { PersonalData } from "./PersonalData";
import { deletedUserQuery, userQuery } from "./queries";
import { type PendingAction, UserDialogs } from "./UserDialogs";
import { UserOrganizations } from "./UserOrganizations";
import { UserProfile } from "./UserProfile";
import classes from "./UsersPage.module.css";
import { UserAccessTab, UserHistoryTab, UserSessionsTab } from "./UserTabs";
import { useReactivate } from "./useReactivate";

const tabs = ["profile", "organizations", "access", "teams", "sessions", "keys", "history"] as const;
type Tab = (typeof tabs)[number];

/** One person: who they are, what they may do and why, where they are signed in, what happened. */
export function UserPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const user = useQuery(userQuery(id));
  const [pending, setPending] = useState<PendingAction>(null);
  const crumbs = [{ to: "/admin/users", label: t`Users` }];
  // Also of somebody who was there a moment ago.
  const missing = user.isError && (!user.data || isApiError(user.error, "not_found"));
  // Links in the log and in old mails lead here also when somebody is deleted.
  const gone = useQuery({ ...deletedUserQuery(id), enabled: missing, retry: false });
  if (gone.data) return <Navigate to="/admin/users/deleted/$id" params={{ id }} replace />;
  if (missing && gone.isPending) return <UserSkeleton />;
  if (missing) {
    return (
      <Page title={t`User`} crumbs={crumbs}>
        <ErrorState
          error={user.error}
          onRetry={() => void user.refetch()}
          back={
            <Button component={Link} to="/admin/users">
              <Trans>Back to users</Trans>
            </Button>
          }
        />
      </Page>
    );
  }
  if (!user.data) return <UserSkeleton />;
  const person = user.data;
  return (
    <Page
      title={person.full_name}
      crumbs={crumbs}
      before={<PersonAvatar person={person} size={40} />}
      actions={<Actions user={person} onAction={(action) => setPending({ action, user: person })} />}
      lead={
        <Group gap={8} component="span" mt={12}>
          <StatusBadge status={person.status} />
          <TypeBadge type={person.user_type} />
          {person.user_type !== "service" && <Presence presence={person.presence} />}
          <span className={classes.breakable}>{person.email}</span>
        </Group>
      }
    >
      <UserTabs user={person} />
      <UserDialogs pending={pending} onClose={() => setPending(null)} afterDelete="/admin/users" />
    </Page>
  );
}

function UserTabs({ user }: { user: User }) {
  const may = useCan();
  const session = useSession();
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const readsLog = session.user.id === user.id || may("audit.read");
  const service = user.user_type === "service";
  const seesKeys = may(service ? "service_keys.manage" : "sessions.read") && !session.impersonation;
  const asked = tabs.find((name) => name === search.tab) ?? "profile";
  const tab: Tab = asked === "history" && !readsLog ? "profile" : asked;
  const go = (next: string | null) =>
    void navigate({
      to: "/admin/users/$id",
      params: { id: user.id },
      search: next && next !== "profile" ? { tab: next } : {},
      replace: true,
    });
  return (
    <Tabs value={tab} onChange={go} keepMounted={false}>
      <TabStrip mb="lg">
        <Tabs.Tab value="profile">{t`Profile`}</Tabs.Tab>
        <Tabs.Tab value="organizations">{t`Organizations`}</Tabs.Tab>
        <Tabs.Tab value="access">{t`Access`}</Tabs.Tab>
        {may("teams.read") && <Tabs.Tab value="teams">{t`Teams`}</Tabs.Tab>}
        {may("sessions.read") && <Tabs.Tab value="sessions">{t`Sessions`}</Tabs.Tab>}
        {seesKeys && <Tabs.Tab value="keys">{t`API keys`}</Tabs.Tab>}
        {readsLog && <Tabs.Tab value="history">{t`History`}</Tabs.Tab>}
      </TabStrip>
      <Tabs.Panel value="profile">
        <UserProfile user={user} />
        <UserAliases user={user} />
        <PersonalData user={user} />
      </Tabs.Panel>
      <Tabs.Panel value="organizations">
        <UserOrganizations user={user} />
      </Tabs.Panel>
      <Tabs.Panel value="access">
        <UserAccessTab user={user} />
      </Tabs.Panel>
      <Tabs.Panel value="teams">
        <UserTeams user={user} />
      </Tabs.Panel>
      <Tabs.Panel value="sessions">
        <UserSessionsTab user={user} />
      </Tabs.Panel>
      <Tabs.Panel value="keys">
        <KeyList userId={user.id} mayRevoke={may(service ? "service_keys.manage" : "sessions.revoke")} />
      </Tabs.Panel>
      <Tabs.Panel value="history">
        <UserHistoryTab user={user} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Actions({ user, onAction }: { user: User; onAction: (action: AskedAction) => void }) {
  const reactivate = useReactivate();
  return (
    <>
      {allows(user, "delete") && (
        <Button
          variant="default"
          leftSection={<IconTrash size={16} stroke={1.75} />}
          onClick={() => onAction("delete")}
        >
          <Trans>Delete</Trans>
        </Button>
      )}
      {user.status === "active" && allows(user, "suspend") && (
        <Button
          variant="default"
          leftSection={<IconUserPause size={16} stroke={1.75} />}
          onClick={() => onAction("suspend")}
        >
          <Trans>Suspend</Trans>
        </Button>
      )}
      {user.status === "suspended" && allows(user, "reactivate") && (
        <Button
          variant="default"
          leftSection={<IconUserCheck size={16} stroke={1.75} />}
          onClick={() => reactivate(user)}
        >
          <Trans>Reactivate</Trans>
        </Button>
      )}
      {allows(user, "invite") && (
        <Button
          variant="default"
          leftSection={<IconMailForward size={16} stroke={1.75} />}
          onClick={() => onAction("invite")}
        >
          {hasSignedIn(user) ? <Trans>Send sign-in link</Trans> : <Trans>Invite</Trans>}
        </Button>
      )}
      {allows(user, "log_in_as") && (
        <Button
          variant="default"
          leftSection={<IconLogin2 size={16} stroke={1.75} />}
          onClick={() => onAction("log_in_as")}
        >
          <Trans>Log in as…</Trans>
        </Button>
      )}
      {allows(user, "reset_password") && (
        <Button
          variant="default"
          leftSection={<IconLockPassword size={16} stroke={1.75} />}
          onClick={() => onAction("reset_password")}
        >
          <Trans>Reset password</Trans>
        </Button>
      )}
      {allows(user, "edit") && (
        <Button leftSection={<IconPencil size={16} stroke={1.75} />} onClick={() => onAction("edit")}>
          <Trans>Edit</Trans>
        </Button>
      )}
    </>
  );
}

function UserSkeleton() {
  return (
    <div aria-busy="true">
      <h1 className="visually-hidden">{t`User`}</h1>
      <Skeleton height={12} width={140} mb={16} />
      <Group mb={24}>
        <Skeleton circle height={40} />
        <Skeleton height={24} width={220} />
      </Group>
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <Skeleton key={row} height={16} my={24} width="60%" />
      ))}
    </div>
  );
}
