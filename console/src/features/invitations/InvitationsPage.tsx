import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, NativeSelect, Skeleton } from "@mantine/core";
import { IconMailOpened, IconUserSearch } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import { itemErrorText } from "@/api/messages";
import { formatDate } from "@/app/format";
import { useCan, useSession } from "@/app/session";
import { ExportButton } from "@/features/exports/ExportButton";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { accessOptionsQuery, organizationQuery } from "@/features/organizations/queries";
import { problemText } from "@/features/outbox/problems";
import { PeopleTabs } from "@/features/users/PeopleTabs";
import { type Selection, useSelection } from "@/features/users/selection";
import { Confirm } from "@/ui/Confirm";
import { CursorPager } from "@/ui/CursorPager";
import { LoadProblem } from "@/ui/LoadProblem";
import { notifyDone } from "@/ui/notify";
import { EmptyState, Page } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import { SearchInput } from "@/ui/SearchInput";
import { RelativeTime } from "@/ui/Time";
import { InvitationBadge, MailBadge, stateName } from "./badges";
import { InviteButton } from "./InviteButton";
import classes from "./invitations.module.css";
import { KeptNote, sentWords } from "./Kept";
import {
  type BulkInvitationResult,
  type Invitation,
  type InvitationSearch,
  type InvitationState,
  invitationsQuery,
  invitationUrl,
  parseInvitationSearch,
  states,
} from "./queries";
import { invitationWords } from "./words";

type Action = "resend" | "delete";

/** Who was invited, what became of it, and sending again or deleting many. */
export function InvitationsPage() {
  const search = parseInvitationSearch(useSearch({ strict: false }));
  const may = useCan();
  const navigate = useNavigate();
  const change = (next: Partial<InvitationSearch>) =>
    void navigate({
      to: "/admin/invitations",
      search: invitationUrl({ ...search, cursor: "", ...next }),
      replace: next.cursor === undefined,
    });
  const list = useQuery(invitationsQuery(search));
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["invitations"] });
  const selection = useSelection(JSON.stringify(search));
  const items = list.data?.items;
  const filtered = search.state !== "" || search.search !== "" || search.organization_id !== "";
  const { organization: here } = useSession();
  const place = useQuery({
    ...organizationQuery(search.organization_id),
    enabled: search.organization_id !== "" && may("organizations.read"),
  });
  // The form that it opens begins with the organization that is looked at.
  const placed = !place.isEnabled || !place.isPending;
  return (
    <Page
      title={may("users.read") ? t`Users` : t`Invitations`}
      part={t`Invitations`}
      actions={
        <>
          <ExportButton
            kinds={["invitations"]}
            filter={{
              ...(search.state && { state: search.state as InvitationState }),
              ...(search.search.trim() && { search: search.search.trim() }),
              ...(search.organization_id && { organization_id: search.organization_id }),
            }}
          />
          {placed && <InviteButton organization={place.data ?? here} variant="filled" />}
        </>
      }
    >
      <PeopleTabs value="invitations" />
      <div className={classes.filters}>
        <SearchInput
          value={search.search}
          onChange={(text) => change({ search: text })}
          placeholder={t`Search by address`}
        />
        <NativeSelect
          aria-label={t`State`}
          value={search.state}
          onChange={(event) => change({ state: event.currentTarget.value })}
          data={[
            { value: "", label: t`All states` },
            ...states.map((state) => ({ value: state, label: stateName(state) })),
          ]}
        />
        <OrganizationSelect
          label={t`Organization, with those below it`}
          labelHidden
          className={classes.place}
          value={search.organization_id || here.id}
          onChange={({ id }) => change({ organization_id: id === here.id ? "" : id })}
        />
      </div>
      {items && <BulkBar items={items} selection={selection} onDone={refresh} />}
      <LoadProblem query={list} />
      {list.isPending && [1, 2, 3, 4].map((row) => <Skeleton key={row} height={56} my={8} />)}
      {items?.length === 0 &&
        (filtered ? (
          <EmptyState
            icon={<IconUserSearch size={32} stroke={1.5} aria-hidden="true" />}
            title={t`No invitation matches`}
            text={t`Try fewer letters, another state or another organization.`}
            action={
              <Button
                variant="default"
                onClick={() => change({ search: "", state: "", organization_id: "" })}
              >
                <Trans>Clear filters</Trans>
              </Button>
            }
          />
        ) : (
          <EmptyState
            icon={<IconMailOpened size={32} stroke={1.5} aria-hidden="true" />}
            title={t`Nobody is invited yet`}
            text={t`Paste the addresses of your people. Each gets a link and chooses a password.`}
            action={<InviteButton variant="filled" />}
          />
        ))}
      {items && items.length > 0 && (
        <div ref={selection.list} tabIndex={-1}>
          <ul className={rows.rows} aria-label={t`Invitations`} aria-busy={list.isPlaceholderData}>
            {items.map((invitation) => (
              <Row key={invitation.id} invitation={invitation} selection={selection} />
            ))}
          </ul>
        </div>
      )}
      <CursorPager
        next={list.data?.next_cursor}
        previous={list.data?.prev_cursor}
        onGo={(cursor) => change({ cursor })}
      />
    </Page>
  );
}

const changeable = (invitation: Invitation) =>
  invitation.manageable && (invitation.state === "pending" || invitation.state === "expired");

function Row({ invitation, selection }: { invitation: Invitation; selection: Selection }) {
  const { id, email } = invitation;
  const problem = problemText(invitation.problem_code, invitation.mail_error);
  const times = plural(invitation.times_sent, { one: "# time", other: "# times" });
  return (
    <li className={rows.row}>
      <Checkbox
        aria-label={t`Choose ${email}`}
        checked={selection.has(id)}
        disabled={!changeable(invitation)}
        onChange={() => selection.toggle(id)}
      />
      <div className={rows.main}>
        <div className={`${rows.title} ${classes.title}`}>
          <span className={classes.address}>{email}</span>
          <InvitationBadge state={invitation.state} />
          <MailBadge invitation={invitation} />
        </div>
        <div className={classes.grants}>
          <span className={classes.to} dir="auto">
            {invitation.organization.name}
          </span>
          {": "}
          <Grants invitation={invitation} />
        </div>
        <div className={rows.sub}>
          {invitation.times_sent > 1 ? (
            <Trans>
              sent {times}, last <RelativeTime at={invitation.sent_at} /> by {invitation.invited_by.name}
            </Trans>
          ) : (
            <Trans>
              sent <RelativeTime at={invitation.sent_at} /> by {invitation.invited_by.name}
            </Trans>
          )}
          {" · "}
          <Deadline invitation={invitation} />
        </div>
        {problem && changeable(invitation) && <div className={classes.problem}>{problem}</div>}
      </div>
    </li>
  );
}

/** What comes with an invitation, in words. */
function Grants({ invitation }: { invitation: Invitation }) {
  const may = useCan();
  const options = useQuery({ ...accessOptionsQuery(), enabled: may("users.read") });
  return <>{invitationWords(invitation, options.data ?? [])}</>;
}

function Deadline({ invitation }: { invitation: Invitation }) {
  const may = useCan();
  if (invitation.accepted_at) {
    const accepted = t`accepted ${formatDate(invitation.accepted_at)}`;
    return invitation.accepted_by && may("users.read") ? (
      <Link to="/admin/users/$id" params={{ id: invitation.accepted_by }} className="link">
        {accepted}
      </Link>
    ) : (
      accepted
    );
  }
  if (invitation.state === "deleted") return <>{t`its link lets nobody in`}</>;
  if (invitation.state === "expired") return <>{t`expired ${formatDate(invitation.expires_at)}`}</>;
  return <>{t`expires ${formatDate(invitation.expires_at)}`}</>;
}

/** What is asked, of those that were chosen then: the answer must not be about others. */
type Question = { action: Action; about: Invitation[] };

type BulkProps = { items: Invitation[]; selection: Selection; onDone: () => Promise<unknown> };

/** The server knows no address of an invitation that was deleted in the meantime. */
const named = (results: BulkInvitationResult[], chosen: Invitation[]) =>
  results.map((result) => ({
    ...result,
    email: result.email || (chosen.find((invitation) => invitation.id === result.id)?.email ?? ""),
  }));

/** What can be done with the invitations chosen, with one question for all of them. */
function BulkBar({ items, selection, onDone }: BulkProps) {
  const [asked, setAsked] = useState<Question | null>(null);
  const [failed, setFailed] = useState<BulkInvitationResult[]>([]);
  const noMail = useSession().features.outbox;
  const [waiting, setWaiting] = useState(0);
  const able = items.filter(changeable);
  const chosen = able.filter((invitation) => selection.has(invitation.id));
  const words = (action: Action, count: number) =>
    action === "resend"
      ? plural(count, { one: "Send # invitation again", other: "Send # invitations again" })
      : plural(count, { one: "Delete # invitation", other: "Delete # invitations" });
  const run = async () => {
    if (!asked) return;
    const { action, about } = asked;
    const { results } = await unwrap<{ results: BulkInvitationResult[] }>(
      client.POST("/invitations/bulk", {
        body: { action, ids: about.map((invitation) => invitation.id) },
      }),
    );
    await onDone();
    selection.set([]);
    const done = results.filter((result) => result.ok).length;
    setFailed(
      named(
        results.filter((result) => !result.ok),
        about,
      ),
    );
    const waits = action === "resend" && noMail;
    setWaiting(waits ? done : 0);
    if (done > 0 && !waits) {
      notifyDone(
        action === "resend"
          ? plural(done, { one: "# invitation was sent again.", other: "# invitations were sent again." })
          : plural(done, { one: "# invitation was deleted.", other: "# invitations were deleted." }),
      );
    }
  };
  const question = asked ? words(asked.action, asked.about.length) : "";
  const close = () => {
    setAsked(null);
    // Once it is done, the button that asked is gone.
    window.setTimeout(() => {
      if (document.activeElement === document.body) selection.list.current?.focus({ preventScroll: true });
    });
  };
  return (
    <>
      {able.length > 0 && (
        <div className={classes.bulk}>
          <Checkbox
            label={t`Choose all on this page`}
            checked={chosen.length === able.length}
            indeterminate={chosen.length > 0 && chosen.length < able.length}
            onChange={(event) =>
              selection.set(event.currentTarget.checked ? able.map((invitation) => invitation.id) : [])
            }
          />
          {chosen.length > 0 && (
            <section className={classes.bulkActions} aria-label={t`Chosen invitations`}>
              <span role="status">{plural(chosen.length, { one: "# chosen", other: "# chosen" })}</span>
              <Button variant="default" onClick={() => setAsked({ action: "resend", about: chosen })}>
                <Trans>Resend</Trans>
              </Button>
              <Button variant="default" onClick={() => setAsked({ action: "delete", about: chosen })}>
                <Trans>Delete</Trans>
              </Button>
            </section>
          )}
        </div>
      )}
      {waiting > 0 && (
        <div role="status">
          <p>{sentWords(waiting, true)}</p>
          <KeptNote />
        </div>
      )}
      {failed.length > 0 && (
        <Alert color="red" role="alert" my="sm" withCloseButton onClose={() => setFailed([])}>
          {failed.map((result) => (
            <div key={result.id}>
              {result.email}: {itemErrorText(result.error)}
            </div>
          ))}
        </Alert>
      )}
      <Confirm
        opened={asked !== null}
        title={question && `${question}?`}
        action={question}
        danger={asked?.action === "delete"}
        onConfirm={run}
        onClose={close}
      >
        {asked?.action === "delete" ? (
          <Trans>The links in their mails let nobody in from now on. You can invite them again.</Trans>
        ) : (
          <Trans>Each gets a new link that works for seven days. The links before stop working now.</Trans>
        )}
      </Confirm>
    </>
  );
}
