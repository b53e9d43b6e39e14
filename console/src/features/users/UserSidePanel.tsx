import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Drawer, Group, Skeleton, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowRight } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode, useEffect, useRef, useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { isApiError } from "@/api/errors";
import type { User } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { useFields } from "@/features/fields/queries";
import { showValue } from "@/features/fields/values";
import { AliasNote } from "@/features/personas/AliasNote";
import { rolesQuery } from "@/features/roles/queries";
import { UserTeams } from "@/features/teams/UserTeams";
import { RoleTags, StatusBadge, TypeBadge } from "@/ui/badges";
import { ErrorState } from "@/ui/ErrorState";
import { FormAlert } from "@/ui/FormAlert";
import { PersonAvatar } from "@/ui/PersonAvatar";
import { Presence } from "@/ui/Presence";
import { RelativeTime } from "@/ui/Time";
import { useGuardedClose } from "@/ui/Unsaved";
import ui from "@/ui/ui.module.css";
import { useDraft } from "@/ui/useDraft";
import { useFocusBack } from "@/ui/useFocusBack";
import { allows, toPerson, withGone } from "./actions";
import { useListsWithout, useRefreshUsers, userQuery } from "./queries";
import { RolesField } from "./UserFields";
import { emptyUser, sameSet } from "./userForm";

type PanelProps = {
  id: string;
  /** The id of the organization whose people the list shows, where it shows those of one. */
  organization?: string | undefined;
  onClose: () => void;
};

/** One person beside the list, whose place stays: teams and roles are changed right here. */
export function UserSidePanel({ id, organization, onClose }: PanelProps) {
  const opened = id !== "";
  useFocusBack(opened);
  const phone = useMediaQuery("(max-width: 48em)");
  const [last, setLast] = useState(id);
  if (id && id !== last) setLast(id);
  const user = useQuery({ ...userQuery(id || last), enabled: opened });
  useListsWithout(user.error);
  const [unsaved, setUnsaved] = useState(false);
  const content = useRef<HTMLDivElement>(null);
  const { close, questions } = useGuardedClose(opened && unsaved, onClose, content);
  return (
    <Drawer.Root opened={opened} onClose={close} position="right" size={phone ? "100%" : 440}>
      <Drawer.Overlay />
      <Drawer.Content>
        <Drawer.Header px={phone ? 16 : 24}>
          <Drawer.Title fw={600} fz="lg">
            {user.data?.full_name ?? t`User`}
          </Drawer.Title>
          <Drawer.CloseButton aria-label={t`Close`} size={32} />
        </Drawer.Header>
        <div ref={content} className={ui.panelContent}>
          {user.isError && (!user.data || isApiError(user.error, "not_found")) ? (
            <ErrorState
              error={withGone(user.error)}
              onRetry={() => void user.refetch()}
              back={
                <Button variant="default" onClick={onClose}>
                  <Trans>Close</Trans>
                </Button>
              }
            />
          ) : user.data ? (
            <Summary key={user.data.id} user={user.data} organization={organization} onUnsaved={setUnsaved} />
          ) : (
            [1, 2, 3, 4].map((row) => <Skeleton key={row} height={32} my={8} />)
          )}
        </div>
        {questions}
      </Drawer.Content>
    </Drawer.Root>
  );
}

type SummaryProps = {
  user: User;
  /** Told whether something is chosen here that is not saved. */
  onUnsaved: (unsaved: boolean) => void;
};

function Summary({ user, organization, onUnsaved }: SummaryProps & Pick<PanelProps, "organization">) {
  const may = useCan();
  return (
    <>
      <Group gap={12} wrap="nowrap">
        <PersonAvatar person={user} size={56} />
        <div>
          <Group gap={8}>
            <StatusBadge status={user.status} />
            <TypeBadge type={user.user_type} />
            {user.user_type !== "service" && <Presence presence={user.presence} />}
          </Group>
          <AliasNote aliases={user.aliases} />
          <div>{user.email}</div>
          <div className={ui.sectionLead}>
            <Trans>
              Last sign-in: <RelativeTime at={user.last_sign_in_at} fallback={t`Never`} />
            </Trans>
          </div>
        </div>
      </Group>
      <OwnFields user={user} />
      {may("teams.read") && (
        <Part title={t`Teams`}>
          <UserTeams user={user} organization={organization} />
        </Part>
      )}
      <RolesHere user={user} onUnsaved={onUnsaved} />
      <Button
        component={Link}
        to="/admin/users/$id"
        {...({ params: { id: user.id } } as object)}
        variant="default"
        rightSection={<IconArrowRight size={16} stroke={1.75} />}
      >
        <Trans>Open the full page</Trans>
      </Button>
    </>
  );
}

/** What the company keeps of the person besides, as far as there is something. */
function OwnFields({ user }: { user: User }) {
  const filled = useFields()
    .map((field) => ({ field, value: showValue(field, user.custom_fields[field.key]) }))
    .filter((entry) => entry.value !== "");
  if (filled.length === 0) return null;
  return (
    <dl className={ui.definition}>
      {filled.map(({ field, value }) => (
        <Fragment key={field.id}>
          <dt>{field.label}</dt>
          <dd dir="auto">{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={3} size="md">
        {title}
      </Title>
      {children}
    </section>
  );
}

const rolesOf = ({ here }: User) => ({ role_ids: here?.roles.map((role) => role.id) ?? [] });

function saveRoles(user: User, role_ids: string[]): Promise<User> {
  return toPerson(
    unwrap<User>(
      client.PATCH("/users/{id}", {
        params: { path: { id: user.id }, header: { "If-Match": ifMatch(user.version) } },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: { role_ids },
      }),
    ),
  );
}

/** The roles in the organization in which one acts, or else in the only one; of others they are changed there. */
function RolesHere({ user: given, onUnsaved }: SummaryProps) {
  const may = useCan();
  const session = useSession();
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") });
  const refresh = useRefreshUsers();
  const { base: user, values, set, adopt, told, reset } = useDraft(given, rolesOf);
  const here = user.here;
  const wanted = values.role_ids;
  const changed = !sameSet(rolesOf(user).role_ids, wanted);
  useEffect(() => {
    onUnsaved(changed);
    return () => onUnsaved(false);
  }, [changed, onUnsaved]);
  const save = useMutation({
    mutationFn: (role_ids: string[]) => saveRoles(user, role_ids),
    onError: told,
    onSuccess: async (saved, role_ids) => {
      adopt(saved, { role_ids });
      await refresh();
    },
  });
  const mayChange = may("roles.assign") && allows(user, "edit") && user.id !== session.user.id;
  if (!mayChange || !here || !roles.data) {
    return (
      <Part title={t`Roles`}>
        {user.roles.length > 0 ? (
          <RoleTags roles={user.roles} max={20} />
        ) : (
          <p className={ui.sectionLead}>
            <Trans>Holds no role.</Trans>
          </p>
        )}
      </Part>
    );
  }
  return (
    <section aria-label={t`Roles`}>
      <RolesField
        form={{
          values: { ...emptyUser, role_ids: wanted },
          errors: {},
          onChange: (_, value) => set({ role_ids: value as string[] }),
        }}
        roles={roles.data}
        held={here.roles}
        where={user.organizations.length > 1 ? here.organization.name : undefined}
      />
      {changed && (
        <Group gap={8} mt={8}>
          <Button loading={save.isPending} onClick={() => save.mutate(wanted)}>
            <Trans>Save roles</Trans>
          </Button>
          <Button variant="default" onClick={() => reset()}>
            <Trans>Discard</Trans>
          </Button>
        </Group>
      )}
      <FormAlert error={save.error} shown={[]} mt={8} />
    </section>
  );
}
