import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { APIKey, Page, User } from "@/api/types";

export const apiKeysQuery = (userId: string | undefined, state: APIKey["state"] | "", cursor: string) =>
  queryOptions({
    queryKey: ["api-keys", userId ?? "", state, cursor],
    queryFn: () =>
      unwrap<Page<APIKey>>(
        client.GET("/api-keys", {
          params: {
            query: {
              ...(userId && { user_id: userId }),
              ...(state && { state }),
              ...(cursor && { cursor }),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** The service accounts a key can be made for. */
export const serviceUsersQuery = queryOptions({
  queryKey: ["users", "service"],
  queryFn: async () =>
    (
      await unwrap<Page<User>>(
        client.GET("/users", {
          params: { query: { user_type: "service", status: "active", limit: 100 } },
        }),
      )
    ).items,
});
