import { t } from "@lingui/core/macro";
import { useMutation } from "@tanstack/react-query";
import type { User } from "@/api/types";
import { notifyDone, notifyFailed } from "@/ui/notify";
import { reactivateUser } from "./actions";
import { useRefreshUsers } from "./queries";

/** Lets somebody in again, at once: nothing is lost by it, so nobody is asked. */
export function useReactivate(): (user: User) => void {
  const refresh = useRefreshUsers();
  const { mutate } = useMutation({
    mutationFn: reactivateUser,
    onSuccess: async (changed) => {
      const name = changed.full_name;
      notifyDone(t`${name} is active again.`);
      await refresh(changed);
    },
    onError: notifyFailed,
  });
  return mutate;
}
