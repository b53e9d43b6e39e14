import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Membership, User } from "@/api/types";
import { useCan } from "@/app/session";
import { membershipsQuery } from "@/features/organizations/queries";
import { allows } from "@/features/users/actions";
import { useRefreshUsers } from "@/features/users/queries";
import { LoadProblem } from "@/ui/LoadProblem";
import ui from "@/ui/ui.module.css";
import { AliasForm } from "./AliasForm";

/** By which name somebody goes in each organization, for those who may edit them. */
export function UserAliases({ user }: { user: User }) {
  const may = useCan();
  const refresh = useRefreshUsers();
  const allowed = may("users.update") && allows(user, "edit") && user.organizations.length > 0;
  const memberships = useQuery({ ...membershipsQuery(user.id), enabled: allowed });
  if (!allowed) return null;
  const save = async (organization_id: string, alias: string) => {
    await unwrap<Membership>(
      client.PATCH("/users/{id}/memberships/{organization_id}", {
        params: {
          path: { id: user.id, organization_id },
          header: { "If-Match": ifMatch(user.version) },
        },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: { alias },
      }),
    );
    await refresh();
  };
  return (
    <section className={ui.section ?? ""} aria-label={t`Aliases`}>
      <h2 className={ui.sectionTitle}>
        <Trans>Aliases</Trans>
      </h2>
      <p className={ui.sectionLead}>
        <Trans>
          By which name people and customers of an organization know {user.full_name}. With an alias they see
          neither the real name nor the e-mail address.
        </Trans>
      </p>
      <LoadProblem query={memberships} />
      {memberships.data ? (
        <AliasForm
          key={user.id}
          memberships={memberships.data}
          placeholder={user.nickname || user.full_name}
          save={save}
        />
      ) : (
        memberships.isPending && <Skeleton height={64} mt="md" maw={560} />
      )}
    </section>
  );
}
