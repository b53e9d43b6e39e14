import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { newest } from "@/api/conflict";
import type { Membership, User } from "@/api/types";
import { useRefreshUsers } from "@/features/users/queries";
import { ErrorState } from "@/ui/ErrorState";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import { rebased } from "@/ui/useDraft";
import type { Place } from "./choices";
import { type Holding, HoldingFields, holdingBody, holdingOf, sameHolding } from "./HoldingFields";
import { LeaveOrganization } from "./LeaveOrganization";
import { membershipQuery } from "./queries";

type Props = { user: User; organization: Place; onClose: () => void };

/** What somebody may do in one organization, and the way out of it. */
export function AccessPanel({ user, organization, onClose }: Props) {
  const held = useQuery(membershipQuery(user.id, organization.id));
  const refresh = useRefreshUsers();
  // What was typed, and over what: all else is as it is by now.
  const [typed, setTyped] = useState<{ over: Holding; value: Holding } | null>(null);
  const [leaving, setLeaving] = useState(false);
  const membership = held.data;
  const before = membership && holdingOf(membership, organization);
  const draft = typed && before ? rebased(typed.over, before, typed.value) : before;
  const same = !before || !draft || sameHolding(before, draft);
  const mayEdit = membership?.allowed_actions.includes("edit") ?? false;
  const save = useMutation({
    mutationFn: ({ wanted, version }: { wanted: Holding; version: User["version"] }) =>
      unwrap<Membership>(
        client.PUT("/users/{id}/memberships/{organization_id}", {
          params: {
            path: { id: user.id, organization_id: organization.id },
            header: { "If-Match": ifMatch(version) },
          },
          body: holdingBody(wanted, organization),
        }),
      ),
    onSuccess: async () => {
      onClose();
      notifyDone(t`The access of ${user.full_name} is changed.`);
      await refresh();
    },
  });
  return (
    <Panel
      opened
      title={t`Access of ${user.full_name} in ${organization.name}`}
      changed={!same}
      onClose={onClose}
      onSubmit={() => {
        if (draft && !same && mayEdit && !save.isPending) {
          save.mutate({ wanted: draft, version: newest(user, save.error).version });
        }
      }}
      footer={
        <>
          <FooterNote>{membership ? stateWords(mayEdit, same) : ""}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={same || !mayEdit} loading={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <FormAlert error={save.error} shown={[]} />
      {held.isError && <ErrorState error={held.error} onRetry={() => void held.refetch()} />}
      {held.isPending && <Skeleton height={320} />}
      {membership && before && draft && (
        <>
          <HoldingFields
            organization={organization}
            userType={user.user_type}
            held={membership}
            value={draft}
            onChange={(value) => setTyped({ over: before, value })}
          />
          {membership.allowed_actions.includes("remove") && (
            <div>
              <Button variant="subtle" color="red.8" c="var(--bad)" onClick={() => setLeaving(true)}>
                <Trans>Remove from {organization.name}</Trans>
              </Button>
            </div>
          )}
        </>
      )}
      <LeaveOrganization
        user={user}
        membership={leaving && membership ? membership : null}
        onClose={() => setLeaving(false)}
        onDone={onClose}
      />
    </Panel>
  );
}

/** Why the button is off, in words. */
function stateWords(mayEdit: boolean, same: boolean): string {
  if (!mayEdit) return t`This person may do more than you: you can look, not change.`;
  return same ? t`Nothing has changed yet.` : "";
}
