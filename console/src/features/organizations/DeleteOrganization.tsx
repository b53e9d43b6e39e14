import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Skeleton, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Organization, OrganizationDeletion } from "@/api/types";
import { Confirm } from "@/ui/Confirm";
import { LoadProblem } from "@/ui/LoadProblem";
import { notifyDone } from "@/ui/notify";
import classes from "./organizations.module.css";
import { deletionQuery, organizationGone } from "./queries";

type Props = { organization: Organization; onClose: () => void; onGone: () => void };

/** Shows everything that goes with an organization before it goes. */
export function DeleteOrganization({ organization, onClose, onGone }: Props) {
  const queryClient = useQueryClient();
  const preview = useQuery(deletionQuery(organization.id));
  const remove = async () => {
    if (!preview.data) return;
    const { organizations, people } = preview.data;
    try {
      await unwrap(
        client.DELETE("/organizations/{id}", {
          params: {
            path: { id: organization.id },
            header: { "If-Match": ifMatch(organization.version) },
            query: { organizations, people },
          },
        }),
      );
    } catch (error) {
      await preview.refetch();
      throw error;
    }
    notifyDone(t`${organization.name} is deleted.`);
    onGone();
    await organizationGone(queryClient, organization.id);
    await queryClient.invalidateQueries({ queryKey: ["users"] });
  };
  const people = preview.data?.people ?? 0;
  return (
    <Confirm
      opened
      title={t`Delete ${organization.name}?`}
      action={
        people > 0
          ? plural(people, {
              one: "Delete the organization and # person",
              other: "Delete the organization and # people",
            })
          : t`Delete the organization`
      }
      danger
      disabled={!preview.data}
      onConfirm={remove}
      onClose={onClose}
    >
      <Stack gap="sm">
        <LoadProblem query={preview} />
        {preview.isPending && <Skeleton height={72} />}
        {preview.data && <What goes={preview.data} />}
        <div>
          <Trans>This can't be undone.</Trans>
        </div>
      </Stack>
    </Confirm>
  );
}

function What({ goes }: { goes: OrganizationDeletion }) {
  const stay = goes.members - goes.people;
  const lines = [
    goes.organizations > 0 &&
      plural(goes.organizations, { one: "# organization below it", other: "# organizations below it" }),
    goes.people > 0 &&
      plural(goes.people, {
        one: "# person who belongs nowhere else: the account is deleted, what they wrote stays",
        other: "# people who belong nowhere else: their accounts are deleted, what they wrote stays",
      }),
    stay > 0 &&
      plural(stay, {
        one: "the membership of # person, who keeps the account and the other organizations",
        other: "the memberships of # people, who keep their accounts and their other organizations",
      }),
    goes.sessions > 0 &&
      plural(goes.sessions, { one: "# device is signed out", other: "# devices are signed out" }),
    goes.domains > 0 &&
      plural(goes.domains, {
        one: "# verified domain stops working",
        other: "# verified domains stop working",
      }),
    goes.unverified_domains > 0 &&
      plural(goes.unverified_domains, {
        one: "# domain that is not verified yet",
        other: "# domains that are not verified yet",
      }),
    goes.teams > 0 && plural(goes.teams, { one: "# team", other: "# teams" }),
    goes.agents > 0 &&
      plural(goes.agents, {
        one: "the assignment of # AI agent, which stays",
        other: "the assignments of # AI agents, which stay",
      }),
    goes.tabs > 0 && plural(goes.tabs, { one: "# custom tab", other: "# custom tabs" }),
    goes.announcements > 0 && plural(goes.announcements, { one: "# announcement", other: "# announcements" }),
    goes.invitations > 0 &&
      plural(goes.invitations, {
        one: "# open invitation, whose link stops working",
        other: "# open invitations, whose links stop working",
      }),
    goes.api_keys > 0 && plural(goes.api_keys, { one: "# API key stops", other: "# API keys stop" }),
    goes.reviews_ended > 0 &&
      plural(goes.reviews_ended, {
        one: "# access review that goes on, which is cancelled",
        other: "# access reviews that go on, which are cancelled",
      }),
  ].filter(Boolean);
  return (
    <>
      {lines.length === 0 ? (
        <div>
          <Trans>It has no people and nothing below it.</Trans>
        </div>
      ) : (
        <div>
          <Trans>With it goes:</Trans>
          <ul className={classes.goes}>
            {lines.map((line) => (
              <li key={String(line)}>{line}</li>
            ))}
          </ul>
        </div>
      )}
      {goes.reviews_kept > 0 && (
        <div>
          {plural(goes.reviews_kept, {
            one: "# access review that is over stays, with its report, for the company.",
            other: "# access reviews that are over stay, with their reports, for the company.",
          })}
        </div>
      )}
    </>
  );
}
