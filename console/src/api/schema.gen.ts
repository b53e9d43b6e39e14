/**
 * The API as the console uses it, in the shape openapi-typescript writes.
 * `npm run gen:api` replaces this file with one made from docs/openapi.json.
 */
type Page<T> = { items: T[]; next_cursor: string | null; prev_cursor?: string | null };
type List<T> = { items: T[] };
type Json<T> = { content: { "application/json": T } };
type Op<Params, Body, Answer> = {
  parameters: Params;
  requestBody?: Body extends never ? never : Body;
  responses: { 200: Json<Answer>; default: { content: { "application/problem+json": components["schemas"]["Problem"] } } };
};
type None = { query?: never; header?: never; path?: never; cookie?: never };
type Q<T> = { query?: T; header?: never; path?: never; cookie?: never };
type Id = { query?: never; header?: never; path: { id: string }; cookie?: never };
type IdQ<T> = { query?: T; header?: never; path: { id: string }; cookie?: never };
type IdMatch = { query?: never; header: { "If-Match": string }; path: { id: string }; cookie?: never };
type Merge<T> = { content: { "application/merge-patch+json": T } };
type S = components["schemas"];
type Cursor = { cursor?: string; limit?: number };
type UserFilter = { search?: string; status?: string; user_type?: string; role?: string; sort?: string } & Cursor;
type AuditFilter = {
  search?: string;
  action?: string;
  actor_id?: string;
  target_id?: string;
  outcome?: string;
  from?: string;
  to?: string;
} & Cursor;

export interface paths {
  "/api/v1/sign-in-options": { get: Op<Q<{ tenant?: string }>, never, S["SignInOptions"]> };
  "/api/v1/session": {
    get: Op<None, never, S["Session"]>;
    post: Op<None, Json<{ tenant?: string; email: string; password: string }>, S["Session"]>;
    delete: Op<None, never, never>;
  };
  "/api/v1/setup": {
    get: Op<None, never, { needed: boolean }>;
    post: Op<None, Json<S["SetupRequest"]>, S["Session"]>;
  };
  "/api/v1/password-reset": { post: Op<None, Json<{ tenant?: string; email: string }>, never> };
  "/api/v1/password-reset/confirm": { post: Op<None, Json<{ token: string; new_password: string }>, never> };
  "/api/v1/me": { get: Op<None, never, S["User"]>; patch: Op<{ header: { "If-Match": string } }, Merge<S["SelfPatch"]>, S["User"]> };
  "/api/v1/me/password": { put: Op<None, Json<{ current_password?: string; new_password: string }>, never> };
  "/api/v1/me/photo": { put: Op<None, Json<unknown>, S["User"]>; delete: Op<None, never, S["User"]> };
  "/api/v1/me/sessions": { get: Op<None, never, List<S["DeviceSession"]>>; delete: Op<None, never, never> };
  "/api/v1/me/sessions/{id}": { delete: Op<Id, never, never> };
  "/api/v1/me/access": { get: Op<None, never, S["Access"]> };
  "/api/v1/me/history": { get: Op<Q<Cursor>, never, Page<S["AuditEvent"]>> };
  "/api/v1/colleagues": { get: Op<Q<{ search?: string } & Cursor>, never, Page<S["Colleague"]>> };
  "/api/v1/users": {
    get: Op<Q<UserFilter>, never, Page<S["User"]>>;
    post: Op<{ header?: { "Idempotency-Key"?: string } }, Json<S["UserCreate"]>, S["UserWithPassword"]>;
  };
  "/api/v1/users/stats": { get: Op<None, never, S["UserStats"]> };
  "/api/v1/users/bulk": { post: Op<None, Json<S["BulkRequest"]>, { results: S["BulkResult"][] }> };
  "/api/v1/users/{id}": {
    get: Op<Id, never, S["User"]>;
    patch: Op<IdMatch, Merge<S["UserPatch"]>, S["User"]>;
    delete: Op<IdMatch, never, never>;
  };
  "/api/v1/users/{id}/suspend": { post: Op<Id, never, S["User"]> };
  "/api/v1/users/{id}/reactivate": { post: Op<Id, never, S["User"]> };
  "/api/v1/users/{id}/reset-password": { post: Op<Id, never, S["UserWithPassword"]> };
  "/api/v1/users/{id}/photo": { put: Op<Id, Json<unknown>, S["User"]>; delete: Op<Id, never, S["User"]> };
  "/api/v1/users/{id}/access": { get: Op<Id, never, S["Access"]> };
  "/api/v1/users/{id}/history": { get: Op<IdQ<Cursor>, never, Page<S["AuditEvent"]>> };
  "/api/v1/users/{id}/sessions": { get: Op<Id, never, List<S["DeviceSession"]>>; delete: Op<Id, never, never> };
  "/api/v1/users/{id}/sessions/{sid}": {
    delete: Op<{ query?: never; header?: never; path: { id: string; sid: string }; cookie?: never }, never, never>;
  };
  "/api/v1/user-imports": {
    get: Op<Q<Cursor>, never, Page<S["Import"]>>;
    post: Op<None, Json<unknown>, S["Import"]>;
  };
  "/api/v1/user-imports/{id}": { get: Op<Id, never, S["Import"]> };
  "/api/v1/user-imports/{id}/start": { post: Op<Id, never, S["Import"]> };
  "/api/v1/user-imports/{id}/cancel": { post: Op<Id, never, S["Import"]> };
  "/api/v1/user-imports/{id}/report": { get: Op<IdQ<Cursor>, never, Page<S["ImportRow"]>> };
  "/api/v1/permissions": { get: Op<None, never, List<S["Permission"]>> };
  "/api/v1/roles": {
    get: Op<Q<{ search?: string }>, never, List<S["Role"]>>;
    post: Op<None, Json<S["RoleCreate"]>, S["Role"]>;
  };
  "/api/v1/roles/{id}": {
    get: Op<Id, never, S["Role"]>;
    patch: Op<IdMatch, Merge<{ name?: string; description?: string; permissions?: string[] }>, S["Role"]>;
    delete: Op<IdMatch, never, never>;
  };
  "/api/v1/roles/{id}/members": { get: Op<IdQ<Cursor>, never, Page<S["Colleague"]>> };
  "/api/v1/organizations": {
    get: Op<None, never, List<S["Organization"]>>;
    post: Op<
      None,
      Json<{ name: string; short_name?: string; parent_id?: string; description?: string }>,
      S["Organization"]
    >;
  };
  "/api/v1/organizations/{id}": {
    get: Op<Id, never, S["Organization"]>;
    patch: Op<IdMatch, Merge<{ name?: string; description?: string }>, S["Organization"]>;
    delete: Op<IdMatch, never, never>;
  };
  "/api/v1/audit-events": { get: Op<Q<AuditFilter>, never, Page<S["AuditEvent"]>> };
  "/api/v1/audit-events/actions": { get: Op<None, never, List<string>> };
  "/api/v1/api-keys": {
    get: Op<Q<{ user_id?: string } & Cursor>, never, Page<S["APIKey"]>>;
    post: Op<
      None,
      Json<{ name: string; user_id?: string; permissions: string[]; expires_at?: string }>,
      { api_key: S["APIKey"]; secret: string }
    >;
  };
  "/api/v1/api-keys/{id}": { delete: Op<Id, never, never> };
  "/api/v1/outbox": { get: Op<Q<Cursor>, never, Page<S["OutboxMail"]>> };
}

export interface components {
  schemas: {
    Problem: {
      type?: string;
      title: string;
      status: number;
      detail?: string;
      code: string;
      request_id?: string;
      errors?: { pointer: string; code: string; detail: string }[];
      missing_permission?: string;
      retry_at?: string;
      holders_count?: number;
      holders?: { id: string; full_name: string; email?: string }[];
      current?: unknown;
    };
    TenantBrand: { id: string; name: string; short_name: string; color: string; logo_url: string | null };
    SignInOptions: {
      tenant: { name: string; short_name: string; color: string; logo_url: string | null } | null;
      ask_tenant: boolean;
      setup_needed: boolean;
    };
    SetupRequest: {
      token: string;
      tenant_name: string;
      short_name: string;
      first_name: string;
      last_name: string;
      email: string;
      password: string;
    };
    Session: {
      id: string;
      user: S["SessionUser"];
      tenant: S["TenantBrand"];
      organization: { id: string; name: string; is_root: boolean };
      organizations: { id: string; name: string }[];
      portals: { id: string; name: string }[];
      home_portal: string;
      permissions: string[];
      must_change_password: boolean;
      created_at: string;
      expires_at: string;
      features: { outbox: boolean };
    };
    SessionUser: {
      id: string;
      first_name: string;
      last_name: string;
      full_name: string;
      nickname: string;
      email: string;
      user_type: string;
      photo_url: string | null;
      photo_thumb_url: string | null;
      locale: string;
      timezone: string;
      theme: string;
    };
    User: {
      id: string;
      first_name: string;
      last_name: string;
      full_name: string;
      nickname: string;
      email: string;
      phone: string;
      external_id: string;
      timezone: string;
      locale: string;
      theme?: string;
      user_type: string;
      status: string;
      roles: { id: string; code: string; name: string }[];
      permissions: string[];
      organizations: { id: string; name: string }[];
      photo_url: string | null;
      photo_thumb_url: string | null;
      must_change_password: boolean;
      last_sign_in_at: string | null;
      created_at: string;
      updated_at: string;
      version: number | string;
      allowed_actions: string[];
    };
    UserStats: { total: number; active: number; suspended: number };
    UserCreate: {
      first_name: string;
      last_name: string;
      email: string;
      user_type: string;
      nickname?: string;
      phone?: string;
      external_id?: string;
      timezone?: string;
      locale?: string;
      role_ids?: string[];
      permissions?: string[];
      organization_id?: string;
      password?: string;
    };
    UserPatch: {
      first_name?: string;
      last_name?: string;
      nickname?: string;
      email?: string;
      phone?: string;
      external_id?: string;
      timezone?: string;
      locale?: string;
      status?: string;
      role_ids?: string[];
      permissions?: string[];
    };
    SelfPatch: {
      first_name?: string;
      last_name?: string;
      nickname?: string;
      email?: string;
      current_password?: string;
      phone?: string;
      locale?: string;
      timezone?: string;
      theme?: string;
    };
    UserWithPassword: { user: S["User"]; temporary_password?: string };
    BulkRequest: { action: string; ids: string[] };
    BulkResult: {
      id: string;
      full_name: string;
      ok: boolean;
      error?: { code: string; detail: string };
      temporary_password?: string;
    };
    DeviceSession: {
      id: string;
      current: boolean;
      device: string;
      user_agent: string;
      ip: string;
      created_at: string;
      last_used_at: string;
      expires_at: string;
    };
    Colleague: {
      id: string;
      full_name: string;
      nickname?: string;
      email: string;
      user_type: string;
      photo_thumb_url: string | null;
      status: string;
    };
    Access: {
      user_id: string;
      user_type: string;
      organization: { id: string; name: string };
      permissions: S["AccessPermission"][];
    };
    AccessPermission: {
      id: string;
      label: string;
      group: string;
      read_only: boolean;
      effective: boolean;
      sources: { kind: string; name: string; role_id?: string; organization?: string }[];
      blocked_by: string | null;
    };
    Permission: { id: string; group: string; label: string; description: string; read_only: boolean };
    Role: {
      id: string;
      code: string;
      name: string;
      description: string;
      scope: string;
      system: boolean;
      permissions: string[];
      members_count: number;
      created_at: string;
      updated_at: string;
      version: number | string;
      assignable: boolean;
      editable: boolean;
    };
    RoleCreate: {
      name: string;
      code?: string;
      description?: string;
      scope: string;
      permissions: string[];
      copy_from?: string;
    };
    Organization: {
      id: string;
      name: string;
      short_name: string;
      parent_id: string | null;
      is_root: boolean;
      status: string;
      description: string;
      members_count: number;
      created_at: string;
      version: number | string;
    };
    AuditEvent: {
      id: string;
      seq: number | null;
      at: string;
      action: string;
      outcome: string;
      actor: { id: string; name: string; type: string };
      target: { type: string; id: string; name: string } | null;
      changes: { field: string; before?: unknown; after?: unknown }[];
      ip: string;
      user_agent: string;
      device: string;
      request_id: string;
      reason: string;
    };
    APIKey: {
      id: string;
      name: string;
      prefix: string;
      user: { id: string; name: string };
      permissions: string[];
      expires_at: string | null;
      last_used_at: string | null;
      created_at: string;
      state: string;
    };
    OutboxMail: {
      id: string;
      kind: string;
      to: string;
      subject: string;
      text: string;
      html: string;
      state: string;
      attempts: number;
      last_error: string;
      created_at: string;
      sent_at: string | null;
    };
    Import: {
      id: string;
      file_name: string;
      state: string;
      rows_total: number;
      rows_checked: number;
      rows_valid: number;
      rows_invalid: number;
      rows_done: number;
      created: number;
      skipped: number;
      failed_reason: string | null;
      created_at: string;
      created_by: string | { id: string; name: string } | null;
      finished_at: string | null;
    };
    ImportRow: { line: number; field: string; code: string; message: string; action: string };
  };
}
