import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { errorText } from "@/api/messages";
import type { Membership, Organization, User } from "@/api/types";
import { useRefreshUsers } from "@/features/users/queries";
import { sameSet } from "@/features/users/userForm";
import { Confirm } from "@/ui/Confirm";
import { ErrorState } from "@/ui/ErrorState";
import { notifyDone } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import { AccessField } from "./AccessField";
import { memberCounted, membershipQuery } from "./queries";

type Props = { user: User; organization: Organization; onClose: () => void };
type Draft = { access: string[]; below: boolean };

const address = (user: User, organization: Organization) => ({
  params: {
    path: { id: user.id, organization_id: organization.id },
    header: { "If-Match": ifMatch(user.version) },
  },
});

/** What somebody may open in one organization, and the way out of it. */
export function AccessPanel({ user, organization, onClose }: Props) {
  const queryClient = useQueryClient();
  const refresh = useRefreshUsers();
  const held = useQuery(membershipQuery(user.id, organization.id));
  const [changed, setChanged] = useState<Draft | null>(null);
  const [leaving, setLeaving] = useState(false);
  const before: Draft = { access: held.data?.access ?? [], below: held.data?.includes_descendants ?? false };
  const draft = changed ?? before;
  const same = sameSet(before.access, draft.access) && before.below === draft.below;
  const save = useMutation({
    mutationFn: () =>
      unwrap<Membership>(
        client.PUT("/users/{id}/memberships/{organization_id}", {
          ...address(user, organization),
          body: { access: draft.access, includes_descendants: draft.below },
        }),
      ),
    onSuccess: async () => {
      onClose();
      notifyDone(t`The access of ${user.full_name} is changed.`);
      await refresh();
    },
  });
  const leave = async () => {
    await unwrap(client.DELETE("/users/{id}/memberships/{organization_id}", address(user, organization)));
    notifyDone(t`${user.full_name} no longer belongs to ${organization.name}.`);
    onClose();
    await refresh();
    await memberCounted(queryClient, organization.id, -1);
  };
  return (
    <Panel
      opened
      title={t`Access of ${user.full_name}`}
      onClose={onClose}
      onSubmit={() => {
        if (!same && !save.isPending) save.mutate();
      }}
      footer={
        <>
          <FooterNote>{same && held.data ? t`Nothing has changed yet.` : ""}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={same || !held.data} loading={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      {save.isError && (
        <Alert color="red" role="alert">
          {errorText(save.error)}
        </Alert>
      )}
      {held.isError && <ErrorState error={held.error} onRetry={() => void held.refetch()} />}
      {held.isPending && <Skeleton height={320} />}
      {held.data && (
        <>
          <AccessField value={draft.access} onChange={(access) => setChanged({ ...draft, access })} />
          <Checkbox
            label={t`Also in the organizations below`}
            description={t`This access counts in everything below ${organization.name}, too.`}
            checked={draft.below}
            onChange={(event) => setChanged({ ...draft, below: event.currentTarget.checked })}
          />
          {user.organizations.length > 1 && (
            <div>
              <Button variant="subtle" color="red.8" onClick={() => setLeaving(true)}>
                <Trans>Remove from {organization.name}</Trans>
              </Button>
            </div>
          )}
        </>
      )}
      <Confirm
        opened={leaving}
        title={t`Remove ${user.full_name} from ${organization.name}?`}
        action={t`Remove 1 person`}
        danger
        onConfirm={leave}
        onClose={() => setLeaving(false)}
      >
        <Trans>They keep their account and their other organizations.</Trans>
      </Confirm>
    </Panel>
  );
}
