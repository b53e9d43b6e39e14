type May = (permission: string) => boolean;

/** The pages about people, which are tabs of one place. */
export const peoplePaths = {
  users: "/admin/users",
  invitations: "/admin/invitations",
  idle: "/admin/users/idle-logout",
} as const;

export type PeopleTab = keyof typeof peoplePaths;

const managing = ["create", "update", "suspend", "delete", "reset_password", "import", "invite"];

/** Whether somebody manages users and does not only see them. */
function managesUsers(may: May): boolean {
  return managing.some((right) => may(`users.${right}`));
}

/** Idle logout is a policy, and among the people it is for those who manage them. */
export function maySetIdleLogout(may: May): boolean {
  return may("policies.manage") && managesUsers(may);
}

/** The tabs that somebody may open, in their order. */
export function peopleTabs(may: May): PeopleTab[] {
  const open: Record<PeopleTab, boolean> = {
    users: may("users.read"),
    invitations: may("users.invite"),
    idle: maySetIdleLogout(may),
  };
  return (Object.keys(peoplePaths) as PeopleTab[]).filter((tab) => open[tab]);
}
