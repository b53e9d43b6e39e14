import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { newest } from "@/api/conflict";
import type { Membership, User } from "@/api/types";
import { useRefreshUsers } from "@/features/users/queries";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { Note } from "@/ui/Page";
import { FooterNote, Panel } from "@/ui/Panel";
import type { Place } from "./choices";
import { type Holding, HoldingFields, holdingBody } from "./HoldingFields";
import { OrganizationSelect } from "./OrganizationSelect";
import { organizationsQuery } from "./queries";
import { suggestedAccess, useIsEmpty } from "./suggested";

type Joining = { user: Pick<User, "id" | "full_name" | "version">; organization: Place; holding: Holding };

/** Puts somebody who has an account into an organization. */
export function useJoin(onDone: () => void) {
  const queryClient = useQueryClient();
  const refresh = useRefreshUsers();
  return useMutation({
    mutationFn: ({ user, organization, holding }: Joining) =>
      unwrap<Membership>(
        client.PUT("/users/{id}/memberships/{organization_id}", {
          params: {
            path: { id: user.id, organization_id: organization.id },
            header: { "If-Match": ifMatch(user.version) },
          },
          body: holdingBody(holding, organization),
        }),
      ),
    onSuccess: async (_, { user, organization }) => {
      onDone();
      notifyDone(t`${user.full_name} belongs to ${organization.name} now.`);
      await refresh();
      await queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
    },
  });
}

type Props = { user: User; memberships: Membership[]; onClose: () => void };

/** Adds somebody to one more organization, with what they may do there. */
export function AddToOrganization({ user, memberships, onClose }: Props) {
  const [place, setPlace] = useState<Place | null>(null);
  const [changed, setChanged] = useState<Holding | null>(null);
  const first = useIsEmpty(place);
  const join = useJoin(onClose);
  const holding = changed ?? { access: suggestedAccess(place, first), roles: [], below: false };
  const there = memberships.some(({ organization }) => organization.id === place?.id);
  const state = place ? (there ? t`Belongs there already.` : "") : t`Missing: Organization`;
  return (
    <Panel
      opened
      title={t`Add ${user.full_name} to an organization`}
      changed={place !== null}
      onClose={onClose}
      onSubmit={() => {
        if (place && state === "" && !join.isPending) {
          join.mutate({ user: newest(user, join.error), organization: place, holding });
        }
      }}
      footer={
        <>
          <FooterNote>{state}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={state !== ""} loading={join.isPending}>
            <Trans>Add</Trans>
          </Button>
        </>
      }
    >
      <FormAlert error={join.error} shown={[]} />
      <OrganizationSelect
        label={t`Organization`}
        placeholder={t`Choose an organization`}
        always
        value={place?.id ?? ""}
        error={there ? t`${user.full_name} belongs to ${place?.name ?? ""} already.` : undefined}
        onChange={(chosen) => {
          setPlace(chosen);
          setChanged(null);
          join.reset();
        }}
      />
      {place && !there && (
        <>
          {first && !place.is_root && (
            <Note icon={<IconInfoCircle size={16} stroke={1.75} aria-hidden="true" />}>
              <Trans>
                This is the first person of {place.name}, so Org Admin is suggested: they can add everybody
                else.
              </Trans>
            </Note>
          )}
          <HoldingFields
            organization={place}
            userType={user.user_type}
            value={holding}
            onChange={setChanged}
          />
        </>
      )}
    </Panel>
  );
}
