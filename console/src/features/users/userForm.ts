import { t } from "@lingui/core/macro";
import type { User, UserCreate, UserPatch } from "@/api/types";
import { languageOf } from "@/app/i18n";

type Locale = NonNullable<UserCreate["locale"]>;

/** What the Add and Edit forms hold. */
export type UserValues = {
  first_name: string;
  last_name: string;
  email: string;
  nickname: string;
  phone: string;
  external_id: string;
  timezone: string;
  locale: Locale;
  user_type: User["user_type"];
  status: User["status"];
  role_ids: string[];
  includes_descendants: boolean;
};

export type FieldName = keyof UserValues;

export const emptyUser: UserValues = {
  first_name: "",
  last_name: "",
  email: "",
  nickname: "",
  phone: "",
  external_id: "",
  timezone: "",
  locale: "",
  user_type: "agent",
  status: "active",
  role_ids: [],
  includes_descendants: false,
};

export function valuesOf(user: User): UserValues {
  return {
    first_name: user.first_name,
    last_name: user.last_name,
    email: user.email,
    nickname: user.nickname ?? "",
    phone: user.phone ?? "",
    external_id: user.external_id ?? "",
    timezone: user.timezone ?? "",
    locale: languageOf(user.locale) ?? "",
    user_type: user.user_type,
    status: user.status,
    role_ids: user.here?.roles.map((role) => role.id) ?? [],
    includes_descendants: user.here?.includes_descendants ?? false,
  };
}

/** Where in a request of a person the form shows beside a field what is wrong with it. */
export const shownFields = [...Object.keys(emptyUser), "roles", "custom_fields"];

export function fieldLabel(field: FieldName): string {
  const labels: Record<FieldName, string> = {
    first_name: t`First name`,
    last_name: t`Last name`,
    email: t`E-mail`,
    nickname: t`Nickname`,
    phone: t`Phone`,
    external_id: t`External ID`,
    timezone: t`Time zone`,
    locale: t`Language`,
    user_type: t`Type`,
    status: t`Status`,
    role_ids: t`Roles`,
    includes_descendants: t`Works in client organizations, too`,
  };
  return labels[field];
}

const required: FieldName[] = ["first_name", "last_name", "email"];

export function isEmail(value: string): boolean {
  return value.length <= 254 && /^[^\s@<>]+@[^\s@<>]+$/.test(value.trim());
}

/** What the server takes for a phone number, with extensions such as "x12" and what is dialled after a pause. */
export function isPhone(value: string): boolean {
  const phone = value.trim();
  return phone.length <= 40 && /^\+?[0-9 ().\-/x#*,]+$/.test(phone) && /[0-9]/.test(phone);
}

/** The mandatory fields that are still empty. */
export function missingFields(values: UserValues): FieldName[] {
  return required.filter((field) => (values[field] as string).trim() === "");
}

/** The fields that are filled in but wrong, with what is wrong. */
export function wrongFields(values: UserValues): Partial<Record<FieldName, string>> {
  const wrong: Partial<Record<FieldName, string>> = {};
  if (values.email.trim() !== "" && !isEmail(values.email)) wrong.email = t`Enter a valid e-mail address.`;
  if (values.phone.trim() !== "" && !isPhone(values.phone)) {
    wrong.phone = t`Use digits, spaces and a leading +.`;
  }
  return wrong;
}

const texts = [
  "first_name",
  "last_name",
  "email",
  "nickname",
  "phone",
  "external_id",
  "timezone",
  "locale",
] as const;

export function createBody(values: UserValues): UserCreate {
  const body: UserCreate = {
    first_name: values.first_name.trim(),
    last_name: values.last_name.trim(),
    email: values.email.trim(),
    // The form offers only the types that can be created.
    user_type: values.user_type as UserCreate["user_type"],
  };
  for (const field of ["nickname", "phone", "external_id", "timezone"] as const) {
    const value = values[field].trim();
    if (value) body[field] = value;
  }
  if (values.locale) body.locale = values.locale;
  if (values.role_ids.length > 0) body.role_ids = values.role_ids;
  if (values.includes_descendants) body.includes_descendants = true;
  return body;
}

/** Only what differs, as a JSON Merge Patch (RFC 7396); null if nothing does. */
export function diffPatch(before: UserValues, after: UserValues): UserPatch | null {
  const patch: UserPatch = {};
  for (const field of texts) {
    const value = after[field].trim();
    if (value !== before[field]) patch[field] = value;
  }
  if (after.status !== before.status) patch.status = after.status;
  if (!sameSet(before.role_ids, after.role_ids)) patch.role_ids = after.role_ids;
  if (after.includes_descendants !== before.includes_descendants) {
    patch.includes_descendants = after.includes_descendants;
  }
  return Object.keys(patch).length > 0 ? patch : null;
}

export function sameSet(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((entry) => b.includes(entry));
}

/** The fields in which two states differ, for showing what another administrator changed. */
export function changedFields(before: UserValues, after: UserValues): FieldName[] {
  return (Object.keys(before) as FieldName[]).filter((field) => {
    const [a, b] = [before[field], after[field]];
    return Array.isArray(a) && Array.isArray(b) ? !sameSet(a, b) : a !== b;
  });
}
