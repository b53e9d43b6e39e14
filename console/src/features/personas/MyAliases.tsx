import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Skeleton } from "@mantine/core";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Membership, User } from "@/api/types";
import { meQuery } from "@/features/account/queries";
import { LoadProblem } from "@/ui/LoadProblem";
import ui from "@/ui/ui.module.css";
import { AliasForm } from "./AliasForm";

const myMembershipsQuery = queryOptions({
  queryKey: ["me", "memberships"],
  queryFn: async () => (await unwrap<{ items: Membership[] }>(client.GET("/me/memberships"))).items,
});

/** By which name one goes in each organization one belongs to. */
export function MyAliases({ me }: { me: User }) {
  const queryClient = useQueryClient();
  const memberships = useQuery(myMembershipsQuery);
  const save = async (organization_id: string, alias: string) => {
    await unwrap<Membership>(
      client.PATCH("/me/memberships/{organization_id}", {
        params: { path: { organization_id }, header: { "If-Match": ifMatch(me.version) } },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: { alias },
      }),
    );
    await Promise.all(
      [meQuery.queryKey, ["users"], ["colleagues"], ["dashboard"]].map((queryKey) =>
        queryClient.invalidateQueries({ queryKey }),
      ),
    );
  };
  return (
    <section aria-label={t`Aliases`}>
      <h2 className={ui.sectionTitle}>
        <Trans>Aliases</Trans>
      </h2>
      <p className={ui.sectionLead}>
        <Trans>
          By which name people and customers of an organization know you. With an alias they see neither your
          own name nor your e-mail address; its administrators do.
        </Trans>
      </p>
      <LoadProblem query={memberships} />
      {memberships.data ? (
        <AliasForm memberships={memberships.data} placeholder={me.nickname || me.full_name} save={save} />
      ) : (
        memberships.isPending && <Skeleton height={64} mt="md" maw={560} />
      )}
    </section>
  );
}
