import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCheck, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client, unwrap } from "@/api/client";
import { errorText } from "@/api/messages";
import type { Session } from "@/api/types";
import { actIn } from "@/app/acting";
import { leaveFor } from "@/app/leave";
import { useSession } from "@/app/session";
import { isAnswered } from "./choices";
import classes from "./organizations.module.css";
import { ownOrganizationsQuery } from "./queries";

/** Makes this tab, and tabs opened later, act in an organization. */
async function switchTo(id: string): Promise<void> {
  await unwrap<Session>(client.PUT("/session/organization", { body: { organization_id: id } }));
  actIn(id);
  // A full load, so that nothing of one organization is left on screen in the other.
  leaveFor("/");
}

/** The organizations in which the person may act, with search. */
export function OrganizationPicker() {
  const session = useSession();
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), 150);
  const list = useQuery({ ...ownOrganizationsQuery(search), placeholderData: keepPreviousData });
  const change = useMutation({ mutationFn: switchTo });
  const items = list.data?.items;
  const answered = isAnswered(text, search, list);
  const first = items?.[0]?.id;
  // Whoever types a name and Enter in one go means what is found for it, not the first of the list before.
  const [entered, setEntered] = useState(false);
  const { mutate } = change;
  useEffect(() => {
    if (!entered || !answered || list.isPending) return;
    setEntered(false);
    if (first) mutate(first);
  }, [entered, answered, list.isPending, first, mutate]);
  return (
    <div className={classes.picker}>
      <TextInput
        data-autofocus
        aria-label={t`Search organizations`}
        placeholder={t`Search organizations`}
        leftSection={<IconSearch size={16} stroke={1.75} aria-hidden="true" />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setEntered(false);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && text.trim() && !change.isPending) setEntered(true);
        }}
      />
      {(change.isError || list.isError) && (
        <Alert color="red" role="alert">
          {errorText(change.error ?? list.error)}
        </Alert>
      )}
      {!items && !list.isError && [1, 2, 3].map((row) => <Skeleton key={row} height={36} my={4} />)}
      <ul className={classes.pickerList}>
        {items?.map((organization) => {
          const here = organization.id === session.organization.id;
          return (
            <li key={organization.id}>
              <button
                type="button"
                className={classes.pick}
                aria-current={here || undefined}
                disabled={change.isPending}
                onClick={() => change.mutate(organization.id)}
              >
                <span className={classes.pickText}>
                  <span className="truncate">{organization.name}</span>
                  {organization.path.length > 0 && (
                    <span className={`${classes.about} truncate`}>{organization.path.join(" / ")}</span>
                  )}
                </span>
                {here && <IconCheck size={16} aria-label={t`current`} />}
              </button>
            </li>
          );
        })}
      </ul>
      <p className={classes.pickerNote} role="status">
        {items?.length === 0 && <Trans>No organization of yours is called that.</Trans>}
        {list.data?.more && <Trans>There are more. Type a part of the name.</Trans>}
      </p>
    </div>
  );
}
