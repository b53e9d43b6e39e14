import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import { sessionQuery, useSession } from "@/app/session";
import { Confirm } from "./Confirm";

/** Lets somebody who is logged in as somebody else to look change things, too, after a question. */
export function AllowChanges() {
  const queries = useQueryClient();
  const session = useSession();
  const [asks, setAsks] = useState(false);
  if (!session.impersonation || session.impersonation.may_change) return null;
  const name = session.user.full_name;
  const allow = async () => {
    await unwrap(client.POST("/session/impersonation/changes"));
    await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <>
      <Button variant="default" size="sm" onClick={() => setAsks(true)}>
        <Trans>Allow changes</Trans>
      </Button>
      <Confirm
        opened={asks}
        title={t`Allow changes as ${name}?`}
        action={t`Allow changes`}
        danger
        onConfirm={allow}
        onClose={() => setAsks(false)}
      >
        <Trans>
          You can then change what {name} may change. This step and every change are logged under both names,
          and {name} can see that it happened. Passwords, e-mail addresses, sessions and keys stay out of
          reach.
        </Trans>
      </Confirm>
    </>
  );
}
