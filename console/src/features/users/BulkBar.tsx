import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Checkbox } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { BulkResult, User } from "@/api/types";
import type { Place } from "@/features/organizations/choices";
import { ChosenBar } from "@/ui/ChosenBar";
import { Confirm } from "@/ui/Confirm";
import { allows, type BulkAction, type BulkOptions, bulk, bulkActions } from "./actions";
import { BulkResultDialog, type Done, type Results } from "./BulkResultDialog";
import { BulkRoles, useMayChangeRoles } from "./BulkRoles";
import { Farewell, type FarewellProps } from "./Farewell";
import { namesOf } from "./namesOf";
import { useRefreshUsers } from "./queries";
import { mostChosen, type Selection, useChosen } from "./selection";
import { useLeaving } from "./useLeaving";

/** What is asked, of those who were chosen then: the answer must not be about others. */
type Question = { action: BulkAction; able: User[]; already: User[]; unable: User[] };

const statusAfter: Partial<Record<BulkAction, User["status"]>> = {
  suspend: "suspended",
  reactivate: "active",
};

/** Divides the people chosen: those whom it is done to, those for whom it is done already, and those left alone. */
function questionOf(action: BulkAction, chosen: User[]): Question {
  const able = chosen.filter((user) => allows(user, action));
  const rest = chosen.filter((user) => !allows(user, action));
  const isAlready = (user: User) => user.status === statusAfter[action];
  return {
    action,
    able,
    already: rest.filter(isAlready),
    unable: rest.filter((user) => !isAlready(user)),
  };
}

type BulkWords = { action: string; text: string };

/** The words of one action on a number of people. */
function bulkWords(action: BulkAction, count: number): BulkWords {
  switch (action) {
    case "invite":
      return {
        action: plural(count, { one: "Invite # person", other: "Invite # people" }),
        text: t`Each of them gets a mail with a link that signs them in once. It works for seven days; an earlier link stops.`,
      };
    case "suspend":
      return {
        action: plural(count, { one: "Suspend # person", other: "Suspend # people" }),
        text: t`They are signed out everywhere at once and can't sign in until you reactivate them.`,
      };
    case "reactivate":
      return {
        action: plural(count, { one: "Reactivate # person", other: "Reactivate # people" }),
        text: t`They can sign in again with the access they had.`,
      };
    case "reset_password":
      return {
        action: plural(count, { one: "Reset # password", other: "Reset # passwords" }),
        text: t`Their passwords and sessions stop working now. You get a temporary password for each of them.`,
      };
    default:
      return {
        action: plural(count, { one: "Delete # person", other: "Delete # people" }),
        text: t`Their accounts and their access end now and can't be restored. What they wrote stays.`,
      };
  }
}

const alreadyText = (action: BulkAction | undefined, names: string): string =>
  action === "suspend" ? t`Already suspended: ${names}` : t`Already active: ${names}`;

/** Why some are left alone: nobody invites the suspended, or who signs in without an address. */
const unableText = (action: BulkAction | undefined, names: string): string =>
  action === "invite" ? t`Can't be invited: ${names}` : t`You may not do this with: ${names}`;

const shortLabel = (action: BulkAction): string => {
  const labels: Record<BulkAction, string> = {
    invite: t`Invite`,
    suspend: t`Suspend`,
    reactivate: t`Reactivate`,
    reset_password: t`Reset password`,
    delete: t`Delete`,
  };
  return labels[action];
};

/** The results with everybody's name: the server knows none of who was deleted in the meantime. */
export const named = (items: BulkResult[], users: User[]): BulkResult[] =>
  items.map((item) => ({
    ...item,
    full_name: item.full_name || (users.find((user) => user.id === item.id)?.full_name ?? ""),
  }));

/** How many are chosen, and how many of them are not in sight. */
function chosenText(chosen: User[], shown: User[]): string {
  const text = plural(chosen.length, { one: "# person chosen", other: "# people chosen" });
  if (chosen.length >= mostChosen) return t`${text}, the most at once`;
  const elsewhere = chosen.filter(({ id }) => !shown.some((user) => user.id === id)).length;
  if (elsewhere === chosen.length) return t`${text}, on other pages`;
  return elsewhere > 0 ? t`${text}, ${elsewhere} of them on other pages` : text;
}

type BarProps = {
  /** Those in sight; who was chosen on other pages is remembered. */
  users: User[] | undefined;
  selection: Selection;
  /** Whose people these are, where they are those of one organization. */
  organization?: Place;
  /** The id of the organization of which these are members, where the list is of others, too. */
  membersOf?: string;
};

/** What can be done with the people chosen, with one question for all of them. It stands after their list. */
export function BulkBar({ users, selection, organization, membersOf = organization?.id ?? "" }: BarProps) {
  const queryClient = useQueryClient();
  const refresh = useRefreshUsers();
  const leaving = useLeaving(organization);
  const [asked, setAsked] = useState<Question | null>(null);
  const [results, setResults] = useState<Results>(null);
  const chosen = useChosen(users, selection);
  const [forRoles, setForRoles] = useState<User[] | null>(null);
  const mayChangeRoles = useMayChangeRoles(membersOf);
  const { able = [], already = [], unable = [] } = asked ?? {};
  const words = asked ? bulkWords(asked.action, able.length) : null;
  const finish = async (action: Done, items: BulkResult[], people: User[]) => {
    await refresh();
    if (action === "invite") await queryClient.invalidateQueries({ queryKey: ["invitations"] });
    selection.set([]);
    setResults({ action, items: named(items, people) });
  };
  const run = async (options: BulkOptions) => {
    if (!asked) return;
    const items = await bulk(
      asked.action,
      able.map((user) => user.id),
      asked.action === "invite" && organization ? { organization: organization.id } : options,
    );
    await finish(asked.action, items, able);
  };
  const leave = async (people: User[]) => {
    const items = await leaving?.many(people);
    selection.set([]);
    setResults(items ? { action: "leave", items } : null);
  };
  return (
    <>
      {chosen.length > 0 && (
        <ChosenBar
          label={t`Chosen people`}
          text={chosenText(chosen, users ?? [])}
          onClear={() => selection.set([])}
        >
          {chosen.some(mayChangeRoles) && (
            <Button variant="default" onClick={() => setForRoles(chosen)}>
              <Trans>Change roles</Trans>
            </Button>
          )}
          {bulkActions(chosen).map((action) => (
            <Button key={action} variant="default" onClick={() => setAsked(questionOf(action, chosen))}>
              {shortLabel(action)}
            </Button>
          ))}
        </ChosenBar>
      )}
      <Ask
        action={asked?.action ?? null}
        able={able}
        title={words ? `${words.action}?` : ""}
        label={words?.action ?? ""}
        onConfirm={run}
        leaving={leaving && { ...leaving, run: leave }}
        onClose={() => setAsked(null)}
      >
        <p>{words?.text}</p>
        <p>{namesOf(able)}</p>
        {already.length > 0 && <p>{alreadyText(asked?.action, namesOf(already))}</p>}
        {unable.length > 0 && <p>{unableText(asked?.action, namesOf(unable))}</p>}
      </Ask>
      <BulkRoles
        people={forRoles}
        organization={membersOf}
        onDone={(items, people) => finish("change_roles", items, people)}
        onClose={() => setForRoles(null)}
      />
      <BulkResultDialog
        results={results}
        onClose={() => {
          setResults(null);
          selection.list.current?.focus({ preventScroll: true });
        }}
      />
    </>
  );
}

type AskProps = {
  action: BulkAction | null;
  able: User[];
  title: string;
  label: string;
  children: ReactNode;
  onConfirm: (options: BulkOptions) => Promise<unknown>;
  leaving: FarewellProps["leaving"];
  onClose: () => void;
};

/** The question; before people are deleted it also shows what they own. */
function Ask({ action, able, title, label, children, onConfirm, leaving, onClose }: AskProps) {
  const [revokeKeys, setRevokeKeys] = useState(false);
  const close = () => {
    setRevokeKeys(false);
    onClose();
  };
  if (action === "delete") {
    return (
      <Farewell
        users={able}
        opened
        title={title}
        action={label}
        onConfirm={(heir) => onConfirm({ heir })}
        leaving={leaving}
        onClose={onClose}
      >
        {children}
      </Farewell>
    );
  }
  return (
    <Confirm
      opened={action !== null}
      title={title}
      action={label}
      danger={action !== "reactivate" && action !== "invite"}
      onConfirm={() => onConfirm(action === "reset_password" ? { revokeKeys } : {})}
      onClose={close}
    >
      {children}
      {action === "reset_password" && (
        <Checkbox
          label={t`Revoke their API keys, too`}
          description={t`They go on working otherwise.`}
          checked={revokeKeys}
          onChange={(event) => setRevokeKeys(event.currentTarget.checked)}
        />
      )}
    </Confirm>
  );
}
