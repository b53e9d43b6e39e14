import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Organization } from "@/api/types";
import { Confirm } from "@/ui/Confirm";
import { notifyDone } from "@/ui/notify";
import { OrganizationSelect } from "./OrganizationSelect";
import { organizationChanged } from "./queries";

type Props = { organization: Organization; onClose: () => void };

/** Puts an organization, with everything below it, below another one. */
export function MoveOrganization({ organization, onClose }: Props) {
  const queryClient = useQueryClient();
  const [parent, setParent] = useState(organization.parent_id ?? "");
  const move = async () => {
    const moved = await unwrap<Organization>(
      client.PATCH("/organizations/{id}", {
        params: { path: { id: organization.id }, header: { "If-Match": ifMatch(organization.version) } },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: { parent_id: parent },
      }),
    );
    notifyDone(t`${organization.name} is moved.`);
    await organizationChanged(queryClient, moved);
  };
  return (
    <Confirm
      opened
      title={t`Move ${organization.name}`}
      action={t`Move`}
      disabled={parent === organization.parent_id}
      onConfirm={move}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Trans>
          Everything below it moves along. What it inherits from above, and who of those above acts in it,
          changes with its place.
        </Trans>
        <OrganizationSelect
          label={t`Below`}
          always
          outside={organization.id}
          value={parent}
          onChange={({ id }) => setParent(id)}
        />
      </Stack>
    </Confirm>
  );
}
