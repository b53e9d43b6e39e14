import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, NativeSelect, Textarea } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCheck,
  IconCopyOff,
  IconInfoCircle,
  IconMailPause,
  IconUserCheck,
} from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { errorText, fieldText } from "@/api/messages";
import { formatList } from "@/app/format";
import { languages } from "@/app/i18n";
import { useCan, useSession } from "@/app/session";
import { AccessField } from "@/features/organizations/AccessField";
import { offeredTypes } from "@/features/organizations/AddMemberPanel";
import type { Place, Ref } from "@/features/organizations/choices";
import { OtherRoles, otherRoles } from "@/features/organizations/HoldingFields";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { userTypesQuery } from "@/features/organizations/queries";
import { suggestedAccess, useIsEmpty } from "@/features/organizations/suggested";
import { rolesQuery } from "@/features/roles/queries";
import { TeamMultiSelect } from "@/features/teams/TeamSelect";
import { userTypeName } from "@/features/users/userTypes";
import { Tag } from "@/ui/badges";
import { Note } from "@/ui/Page";
import { FooterNote, Panel } from "@/ui/Panel";
import { useChanged } from "@/ui/useChanged";
import { PermissionChoice } from "./grants";
import classes from "./invitations.module.css";
import { KeptNote, sentWords } from "./Kept";
import { addressesOf, badAddresses, countGood, type InviteRequest, type InviteResult } from "./queries";

type Props = {
  organization?: Place;
  /** Addresses that are there to begin with. */
  emails?: string;
  onClose: () => void;
  onSent: () => Promise<unknown>;
};
type Type = NonNullable<InviteRequest["user_type"]>;

const maxAddresses = 10_000;

/** Invites one or many people; afterwards it says line by line what became of each. */
export function InvitePanel({ organization, emails = "", onClose, onSent }: Props) {
  const [results, setResults] = useState<InviteResult[] | null>(null);
  return results ? (
    <Results results={results} onMore={() => setResults(null)} onClose={onClose} />
  ) : (
    <InviteForm
      organization={organization}
      addresses={emails}
      onClose={onClose}
      onDone={(done) => {
        setResults(done);
        void onSent();
      }}
    />
  );
}

type FormProps = {
  organization: Place | undefined;
  addresses: string;
  onClose: () => void;
  onDone: (results: InviteResult[]) => void;
};

function InviteForm({ organization, addresses, onClose, onDone }: FormProps) {
  const may = useCan();
  const session = useSession();
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") && may("roles.assign") });
  const [text, setText] = useState(addresses);
  const [place, setPlace] = useState<Place>(organization ?? session.organization);
  const [type, setType] = useState<Type | "">("");
  const [roleIds, setRoleIds] = useState<string[]>([]);
  const [chosen, setAccess] = useState<string[] | null>(null);
  const [permissions, setPermissions] = useState<string[]>([]);
  const [teams, setTeams] = useState<Ref[]>([]);
  const [locale, setLocale] = useState("");
  const [typing, setTyping] = useState(false);
  const emails = addressesOf(text);
  const good = countGood(emails);
  const bad = badAddresses(text, typing);
  const inClient = !place.is_root;
  const first = useIsEmpty(place) && inClient;
  const assigns = may("roles.assign");
  const access = chosen ?? (assigns ? suggestedAccess(place, first) : []);
  const send = useMutation({
    mutationFn: () =>
      unwrap<{ results: InviteResult[] }>(
        client.POST("/invitations", {
          body: {
            emails,
            organization_id: place.id,
            // Not said for anybody else than who is new, unless it was chosen.
            ...((type || userType !== usual) && { user_type: userType }),
            ...(inClient ? { access } : {}),
            role_ids: otherRoles(roleIds, place),
            permissions,
            team_ids: teams.map(({ id }) => id),
            ...(locale && { locale: locale as NonNullable<InviteRequest["locale"]> }),
          },
        }),
      ),
    onSuccess: ({ results }) => onDone(results),
  });
  const errors = fieldErrors(send.error, fieldText);
  const problem =
    emails.length === 0
      ? t`Enter at least one address.`
      : emails.length > maxAddresses
        ? t`At most 10,000 addresses at once.`
        : good === 0
          ? t`Nothing of this is an e-mail address yet.`
          : "";
  const usual: Type = inClient ? "member" : "agent";
  const types = useTypes(place, usual);
  const userType = type || (types.includes(usual) ? usual : (types[0] ?? usual));
  const changed = useChanged([text, place.id, type, roleIds, chosen, permissions, teams, locale]);
  return (
    <Panel
      opened
      size={560}
      changed={changed}
      title={t`Invite people`}
      onClose={onClose}
      onSubmit={() => problem === "" && !send.isPending && send.mutate()}
      footer={
        <>
          <FooterNote>{problem}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={problem !== ""} loading={send.isPending}>
            {plural(good, { one: "Send # invitation", other: "Send # invitations" })}
          </Button>
        </>
      }
    >
      {send.isError && (
        <Alert color="red" role="alert">
          {Object.values(errors).length > 0 ? Object.values(errors).join(" ") : errorText(send.error)}
        </Alert>
      )}
      <Textarea
        label={t`E-mail addresses`}
        description={t`One a line, or separated by commas. Paste as many as you like.`}
        required
        withAsterisk={false}
        data-autofocus
        autosize
        minRows={4}
        maxRows={12}
        value={text}
        styles={{ input: { color: "var(--mantine-color-text)" } }} // the others are right
        error={bad.length > 0 && t`Not an e-mail address: ${formatList(shortened(bad))}`}
        onFocus={() => setTyping(true)}
        onBlur={() => setTyping(false)}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <OrganizationSelect
        label={t`Organization`}
        value={place.id}
        onChange={(chosen) => {
          setPlace(chosen);
          setType("");
          setAccess(null);
          setTeams([]);
        }}
      />
      {types.length > 1 && (
        <NativeSelect
          label={t`User type of people who are new`}
          description={t`Who has an account already keeps theirs.`}
          value={userType}
          onChange={(event) => setType(event.currentTarget.value as Type)}
          data={types.map((value) => ({ value, label: userTypeName(value) }))}
        />
      )}
      {first && assigns && (
        <Note icon={<IconInfoCircle size={16} stroke={1.75} aria-hidden="true" />}>
          <Trans>
            Nobody is in {place.name} yet, so Org Admin is suggested: the first person can invite everybody
            else.
          </Trans>
        </Note>
      )}
      {inClient && assigns && (
        <AccessField
          organization={place.id}
          userType={userType}
          value={access}
          onChange={setAccess}
          error={errors.access}
        />
      )}
      {assigns && roles.data && (
        <OtherRoles organization={place} roles={roles.data} held={[]} value={roleIds} onChange={setRoleIds} />
      )}
      <TeamMultiSelect label={t`Teams`} organization={place.id} value={teams} onChange={setTeams} />
      {assigns && <PermissionChoice value={permissions} onChange={setPermissions} />}
      <NativeSelect
        label={t`Language of the mail`}
        value={locale}
        onChange={(event) => setLocale(event.currentTarget.value)}
        data={[{ value: "", label: t`That of the organization` }, ...languages]}
      />
    </Panel>
  );
}

/** The first few of a list, as many as one reads. */
function shortened(list: string[]): string[] {
  return list.length > 5 ? [...list.slice(0, 4), "…"] : list;
}

/** The types of new people that one may invite to an organization; the usual one where that is not told. */
function useTypes(place: Place, usual: Type): Type[] {
  const may = useCan();
  const found = useQuery({ ...userTypesQuery(place.id), enabled: may("users.read") });
  const open = found.data ? offeredTypes(found.data) : [];
  return open.length > 0 ? open : [usual];
}

function outcomeTag(outcome: InviteResult["outcome"], kept: boolean) {
  switch (outcome) {
    case "sent":
      if (kept) return <Tag icon={<IconMailPause size={14} aria-hidden="true" />}>{t`Kept here`}</Tag>;
      return <Tag tone="ok" icon={<IconCheck size={14} aria-hidden="true" />}>{t`Sent`}</Tag>;
    case "already_invited":
      return <Tag icon={<IconCheck size={14} aria-hidden="true" />}>{t`Already invited`}</Tag>;
    case "already_member":
      return <Tag icon={<IconUserCheck size={14} aria-hidden="true" />}>{t`Already a member`}</Tag>;
    case "duplicate":
      return <Tag icon={<IconCopyOff size={14} aria-hidden="true" />}>{t`Twice in the list`}</Tag>;
    case "suspended":
      return <Tag tone="warn" icon={<IconAlertTriangle size={14} aria-hidden="true" />}>{t`Suspended`}</Tag>;
    case "other_type":
      return <Tag tone="warn" icon={<IconAlertTriangle size={14} aria-hidden="true" />}>{t`Other type`}</Tag>;
    case "not_allowed":
      return (
        <Tag tone="warn" icon={<IconAlertTriangle size={14} aria-hidden="true" />}>{t`Not allowed`}</Tag>
      );
    default:
      return (
        <Tag tone="bad" icon={<IconAlertTriangle size={14} aria-hidden="true" />}>{t`Not an address`}</Tag>
      );
  }
}

function outcomeText({ outcome, user_type: has }: InviteResult): string {
  switch (outcome) {
    case "other_type": {
      const type = has ? userTypeName(has) : "";
      return t`Has an account as ${type}, and that never changes. Invite them as that, or make a new account with another address.`;
    }
    case "already_invited":
      return t`If the mail got lost, choose the invitation in the list and send it again.`;
    case "already_member":
      return t`This person belongs to the organization.`;
    case "suspended":
      return t`Reactivate this person instead.`;
    case "not_allowed":
      return t`This is your own address, or that of somebody who may do more than you. Ask another administrator.`;
    case "invalid":
      return t`Check the spelling, or whether it belongs to a program.`;
    default:
      return "";
  }
}

/** What became of each line; what was not sent comes first. */
function Results({
  results,
  onMore,
  onClose,
}: {
  results: InviteResult[];
  onMore: () => void;
  onClose: () => void;
}) {
  const kept = useSession().features.outbox;
  const sent = results.filter((result) => result.outcome === "sent");
  const rest = results.filter((result) => result.outcome !== "sent");
  const shown = [...rest, ...sent].slice(0, 500);
  const hidden = results.length - shown.length;
  return (
    <Panel
      opened
      changed={false}
      title={sentWords(sent.length, kept)}
      onClose={onClose}
      onSubmit={onClose}
      footer={
        <>
          <Button variant="default" onClick={onMore}>
            <Trans>Invite more</Trans>
          </Button>
          <Button type="submit" data-autofocus>
            <Trans>Done</Trans>
          </Button>
        </>
      }
    >
      {kept && sent.length > 0 && <KeptNote />}
      <ul className={classes.results} aria-label={t`Results`}>
        {shown.map((result, line) => (
          <li key={line} className={classes.result}>
            {outcomeTag(result.outcome, kept)} {result.email}
            {outcomeText(result) && <span className={classes.detail}>{outcomeText(result)}</span>}
          </li>
        ))}
      </ul>
      {hidden > 0 && <p>{plural(hidden, { one: "and # more", other: "and # more" })}</p>}
    </Panel>
  );
}
