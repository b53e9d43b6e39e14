import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Problem = Schemas["Problem"];
export type SignInOptions = Schemas["SignInOptions"];
export type Session = Schemas["Session"];
export type User = Schemas["User"];
export type UserStats = Schemas["UserStats"];
export type UserCreate = Schemas["UserCreate"];
export type UserPatch = Schemas["UserPatch"];
export type SelfPatch = Schemas["SelfPatch"];
export type BulkResult = Schemas["BulkResult"];
export type DeviceSession = Schemas["DeviceSession"];
export type Colleague = Schemas["Colleague"];
export type Access = Schemas["Access"];
export type AccessPermission = Schemas["AccessPermission"];
export type Permission = Schemas["Permission"];
export type Role = Schemas["Role"];
export type RoleCreate = Schemas["RoleCreate"];
export type Organization = Schemas["Organization"];
export type AuditEvent = Schemas["AuditEvent"];
export type APIKey = Schemas["APIKey"];
export type OutboxMail = Schemas["OutboxMail"];
export type Import = Schemas["Import"];
export type ImportRow = Schemas["ImportRow"];

/** One page of a list that is paged by cursor. */
export type Page<T> = { items: T[]; next_cursor?: string | null; prev_cursor?: string | null };

export type UserAction = "edit" | "reset_password" | "suspend" | "reactivate" | "delete";
