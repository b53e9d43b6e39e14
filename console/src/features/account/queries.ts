import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Access, DeviceSession, User } from "@/api/types";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => unwrap<User>(client.GET("/me")),
});

export const myAccessQuery = queryOptions({
  queryKey: ["me", "access"],
  queryFn: () => unwrap<Access>(client.GET("/me/access")),
});

export const mySessionsQuery = queryOptions({
  queryKey: ["me", "sessions"],
  queryFn: async () => (await unwrap<{ items: DeviceSession[] }>(client.GET("/me/sessions"))).items,
});
