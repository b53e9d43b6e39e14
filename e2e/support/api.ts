import type { APIRequestContext, APIResponse } from "@playwright/test";

export type User = {
  id: string;
  full_name: string;
  email: string;
  user_type: string;
  status: string;
  version: number;
  roles: { id: string; code: string; name: string }[];
  here: { roles: { id: string; code: string; name: string }[] } | null;
};
export type Role = { id: string; code: string; name: string; permissions: string[]; system: boolean };

/** The API as the tests need it to prepare and to look behind the screens. */
export class Api {
  constructor(private readonly request: APIRequestContext) {}

  async signIn(email: string, password: string): Promise<void> {
    await ok(await this.request.post("/api/v1/session", { data: { email, password } }));
  }

  get(path: string): Promise<APIResponse> {
    return this.request.get(`/api/v1${path}`);
  }

  post(path: string, data?: unknown): Promise<APIResponse> {
    return this.request.post(`/api/v1${path}`, data === undefined ? {} : { data });
  }

  patch(path: string, version: number, data: unknown): Promise<APIResponse> {
    return this.request.patch(`/api/v1${path}`, {
      data,
      headers: { "Content-Type": "application/merge-patch+json", "If-Match": `"${version}"` },
    });
  }

  put(path: string, version: number, data: unknown): Promise<APIResponse> {
    return this.request.put(`/api/v1${path}`, { data, headers: { "If-Match": `"${version}"` } });
  }

  async userOf(email: string): Promise<User> {
    const { items } = await ok<{ items: User[] }>(
      await this.get(`/users?limit=100&search=${encodeURIComponent(email)}`),
    );
    const user = items.find((item) => item.email === email);
    if (!user) throw new Error(`there is no user ${email}`);
    return user;
  }

  async roleOf(code: string): Promise<Role> {
    const { items } = await ok<{ items: Role[] }>(await this.get("/roles"));
    const role = items.find((item) => item.code === code);
    if (!role) throw new Error(`there is no role ${code}`);
    return role;
  }

  /** Adds a person, who has a temporary password then. */
  async addUser(user: Record<string, unknown>): Promise<{ user: User; temporary_password?: string }> {
    return ok(await this.post("/users", user));
  }

  /** Replaces the caller's temporary password. */
  async choosePassword(password: string): Promise<void> {
    await ok(await this.request.put("/api/v1/me/password", { data: { new_password: password } }));
  }
}

/** The body of an answer that must be a good one. */
export async function ok<T = unknown>(answer: APIResponse): Promise<T> {
  const text = await answer.text();
  if (!answer.ok()) throw new Error(`${answer.url()}: ${answer.status()} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}
