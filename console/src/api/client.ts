import createClient from "openapi-fetch";
import { actingIn, organizationHeader } from "@/app/acting";
import { errorFromResponse, offlineError } from "./errors";
import type { paths } from "./schema.gen";

let lastRequest = 0;

/** When the last request was sent that a person caused; the server counts these as use of the session. */
export function lastRequestAt(): number {
  return lastRequest;
}

function noted(request: Request): Request {
  if (!request.headers.has("Retinue-Activity")) lastRequest = Date.now();
  return request;
}

/** The typed client. Every unsuccessful answer is thrown as an ApiError by `unwrap`. */
export const client = createClient<paths>({
  baseUrl: "/api/v1",
  credentials: "same-origin",
  fetch: async (request) => {
    const organization = actingIn();
    if (organization) request.headers.set(organizationHeader, organization);
    try {
      return await fetch(noted(request));
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw offlineError();
    }
  },
});

/** Waits for a call of `client` and returns its data, or throws an ApiError. */
export async function unwrap<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw errorFromResponse(response, error);
  return data as T;
}

/** Sends bytes (a photo) or a form with a file as they are; the typed client only speaks JSON. */
export async function sendBytes<T>(method: "PUT" | "POST", url: string, body: Blob | FormData): Promise<T> {
  let response: Response;
  // The browser itself names the type of a form, with its boundary.
  const headers = new Headers();
  if (body instanceof Blob) headers.set("Content-Type", body.type || "application/octet-stream");
  if (actingIn()) headers.set(organizationHeader, actingIn());
  try {
    response = await fetch(url, { method, body, headers, credentials: "same-origin" });
  } catch {
    throw offlineError();
  }
  const text = await response.text();
  const data: unknown = text ? safeJson(text) : undefined;
  if (!response.ok) throw errorFromResponse(response, data);
  return data as T;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The If-Match header of a version: an ETag is a quoted string (RFC 9110). */
export function ifMatch(version: number | string): string {
  return `"${version}"`;
}

/** The address of a download: a link carries no header, so it names where this tab acts itself. */
export function downloadHref(path: string, params: Record<string, string | undefined> = {}): string {
  return `/api/v1${path}${queryString({ ...params, organization: actingIn() || undefined })}`;
}

/** A query string of the parameters that say something. */
export function queryString(params: Record<string, string | string[] | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one) query.append(name, one);
  }
  const text = query.toString();
  return text ? `?${text}` : "";
}
