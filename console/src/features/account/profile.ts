import type { SelfPatch, User } from "@/api/types";

/** What a person may change about themselves. */
export type Profile = {
  first_name: string;
  last_name: string;
  nickname: string;
  email: string;
  phone: string;
  timezone: string;
};

export function profileOf(me: User): Profile {
  return {
    first_name: me.first_name,
    last_name: me.last_name,
    nickname: me.nickname ?? "",
    email: me.email,
    phone: me.phone ?? "",
    timezone: me.timezone ?? "",
  };
}

/** Only what changed; a new e-mail address goes with the current password. Null if nothing changed. */
export function profilePatch(before: Profile, after: Profile, password: string): SelfPatch | null {
  const patch: SelfPatch = {};
  for (const field of Object.keys(before) as (keyof Profile)[]) {
    const value = after[field].trim();
    if (value !== before[field]) patch[field] = value;
  }
  if (Object.keys(patch).length === 0) return null;
  if (patch.email !== undefined) patch.current_password = password;
  return patch;
}
