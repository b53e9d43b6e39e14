import { type May, opens } from "@/app/pages";

/** The pages about people, which are tabs of one place. */
export const peoplePaths = {
  users: "/admin/users",
  invitations: "/admin/invitations",
  idle: "/admin/users/idle-logout",
} as const;

export type PeopleTab = keyof typeof peoplePaths;

/** The tabs that somebody may open, in their order. */
export function peopleTabs(may: May): PeopleTab[] {
  return (Object.keys(peoplePaths) as PeopleTab[]).filter((tab) => opens(peoplePaths[tab], may));
}
