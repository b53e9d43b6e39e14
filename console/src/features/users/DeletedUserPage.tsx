import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Skeleton } from "@mantine/core";
import { IconEraser, IconMailForward } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import type { DeletedUser } from "@/api/types";
import { formatList } from "@/app/format";
import { useCan, useSession } from "@/app/session";
import { InvitePanel } from "@/features/invitations/InvitePanel";
import type { Place } from "@/features/organizations/choices";
import { TypeBadge } from "@/ui/badges";
import { Confirm } from "@/ui/Confirm";
import { ErrorState } from "@/ui/ErrorState";
import { notifyDone } from "@/ui/notify";
import { Page } from "@/ui/Page";
import { RelativeTime } from "@/ui/Time";
import ui from "@/ui/ui.module.css";
import { Deleted } from "./DeletedUsers";
import { deletedUserQuery, useRefreshUsers } from "./queries";
import classes from "./UsersPage.module.css";
import { UserHistoryTab } from "./UserTabs";

/** What remains of somebody who was deleted: their name, what they did, and the way back. */
export function DeletedUserPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const person = useQuery(deletedUserQuery(id));
  const may = useCan();
  const crumbs = [
    { to: "/admin/users", label: t`Users` },
    { to: "/admin/users", search: { status: "deleted" }, label: t`Deleted people` },
  ];
  if (person.isError && !person.data) {
    return (
      <Page title={t`Deleted person`} crumbs={crumbs}>
        <ErrorState error={person.error} onRetry={() => void person.refetch()} />
      </Page>
    );
  }
  if (!person.data) {
    return (
      <Page title={t`Deleted person`} crumbs={crumbs}>
        <Skeleton height={240} />
      </Page>
    );
  }
  const gone = person.data;
  const places = formatList(gone.organizations.map(({ name }) => name));
  return (
    <Page
      title={gone.full_name}
      crumbs={crumbs}
      actions={<Actions person={gone} />}
      lead={
        <Group gap="4px 12px" component="span" mt={12} className={classes.breakable}>
          <TypeBadge type={gone.user_type} />
          {gone.email && <span>{gone.email}</span>}
          {places && <span>{places}</span>}
          <span>
            <Deleted person={gone} />
          </span>
          {gone.erased_at && (
            <span>
              <Trans>
                Personal data erased <RelativeTime at={gone.erased_at} />
              </Trans>
            </span>
          )}
        </Group>
      }
    >
      {may("audit.read") && (
        <section aria-label={t`History`}>
          <h2 className={ui.sectionTitle}>
            <Trans>History</Trans>
          </h2>
          <UserHistoryTab user={gone} />
        </section>
      )}
    </Page>
  );
}

function Actions({ person }: { person: DeletedUser }) {
  const queryClient = useQueryClient();
  const refresh = useRefreshUsers();
  const { organization: here } = useSession();
  const [open, setOpen] = useState<"" | "invite" | "erase">("");
  const close = () => setOpen("");
  const place = person.organizations.find(({ id }) => id === here.id) ?? person.organizations[0];
  const erase = async () => {
    const { pseudonym } = await unwrap<{ pseudonym: string }>(
      client.POST("/users/{id}/erase", { params: { path: { id: person.id } }, body: {} }),
    );
    notifyDone(t`They are called “${pseudonym}” everywhere now.`);
    await refresh();
  };
  return (
    <>
      {person.allowed_actions.includes("erase") && (
        <Button
          variant="default"
          leftSection={<IconEraser size={16} stroke={1.75} />}
          onClick={() => setOpen("erase")}
        >
          <Trans>Erase personal data</Trans>
        </Button>
      )}
      {person.allowed_actions.includes("invite_again") && (
        <Button leftSection={<IconMailForward size={16} stroke={1.75} />} onClick={() => setOpen("invite")}>
          <Trans>Invite again</Trans>
        </Button>
      )}
      {open === "invite" && (
        <InvitePanel
          {...(place && { organization: placeOf(place, here) })}
          emails={person.email}
          onClose={close}
          onSent={() => queryClient.invalidateQueries({ queryKey: ["invitations"] })}
        />
      )}
      <Confirm
        opened={open === "erase"}
        title={t`Erase ${person.full_name}?`}
        action={t`Erase 1 person`}
        danger
        onConfirm={erase}
        onClose={close}
      >
        <Trans>
          Their name and e-mail address are replaced by a pseudonym everywhere, in the audit log, too. Nobody
          can undo this.
        </Trans>
      </Confirm>
    </>
  );
}

/** The organization as the form needs it: below the one that is the company itself, people are a client's. */
function placeOf(place: { id: string; name: string }, here: Place): Place {
  return place.id === here.id ? here : { ...place, is_root: false };
}
