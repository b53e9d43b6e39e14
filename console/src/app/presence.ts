import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Presence, PresenceState } from "@/api/types";
import { notifyFailed } from "@/ui/notify";

/** What the signed-in person has chosen to be, and what others see. */
const myPresenceQuery = queryOptions({
  queryKey: ["me", "presence"],
  queryFn: () => unwrap<PresenceState>(client.GET("/me/presence")),
});

/** The same with a way to change it. The choice shows at once, and goes back when it is refused. */
export function useMyPresence() {
  const queryClient = useQueryClient();
  const key = myPresenceQuery.queryKey;
  const own = useQuery(myPresenceQuery);
  const choose = useMutation({
    mutationFn: (presence: Presence) =>
      unwrap<PresenceState>(client.PUT("/me/presence", { body: { presence } })),
    onMutate: async (presence) => {
      await queryClient.cancelQueries({ queryKey: key });
      const before = queryClient.getQueryData(key);
      queryClient.setQueryData(key, { presence, shown: presence });
      return before;
    },
    onError: (error, _, before) => {
      queryClient.setQueryData(key, before);
      notifyFailed(error);
    },
    onSuccess: async (now) => {
      queryClient.setQueryData(key, now);
      await Promise.all(
        [["colleagues"], ["dashboard"], ["users"], ["teams", "members"]].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
  return { presence: own.data?.presence, choose: choose.mutate };
}
