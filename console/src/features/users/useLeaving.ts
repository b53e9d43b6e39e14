import { t } from "@lingui/core/macro";
import { useQueryClient } from "@tanstack/react-query";
import { newest } from "@/api/conflict";
import { isApiError } from "@/api/errors";
import type { BulkResult, User } from "@/api/types";
import { useCan } from "@/app/session";
import type { Place, Ref } from "@/features/organizations/choices";
import { memberCounted } from "@/features/organizations/queries";
import { notifyDone } from "@/ui/notify";
import { leaveOrganization } from "./actions";
import { useRefreshUsers } from "./queries";

type Leaving = {
  place: Ref;
  /** Takes one person out; refusal is why the last attempt failed. */
  one: (user: User, refusal: unknown) => Promise<void>;
  /** Takes out as many as it can, one after another, and tells what became of each. */
  many: (users: User[]) => Promise<BulkResult[]>;
};

/** How people leave the client whose people are shown and keep their accounts; undefined where that can't be. */
export function useLeaving(organization: Place | undefined): Leaving | undefined {
  const may = useCan();
  const refresh = useRefreshUsers();
  const queryClient = useQueryClient();
  if (!organization || organization.is_root || !may("roles.assign")) return undefined;
  const { id, name: place } = organization;
  const left = async (count: number) => {
    await refresh();
    await memberCounted(queryClient, id, -count);
  };
  return {
    place: organization,
    one: async (user, refusal) => {
      await leaveOrganization(newest(user, refusal), id);
      const name = user.full_name;
      notifyDone(t`${name} no longer belongs to ${place}.`);
      await left(1);
    },
    many: async (users) => {
      const results: BulkResult[] = [];
      for (const user of users) {
        results.push({ id: user.id, full_name: user.full_name, ...(await tried(user, id)) });
      }
      await left(results.filter(({ ok }) => ok).length);
      return results;
    },
  };
}

async function tried(user: User, organization: string): Promise<Pick<BulkResult, "ok" | "error">> {
  try {
    await leaveOrganization(user, organization);
    return { ok: true };
  } catch (error) {
    // Without an answer the rest would not get through either.
    if (!isApiError(error) || error.status === 0) throw error;
    return { ok: false, error: { detail: "", ...error.problem } };
  }
}
