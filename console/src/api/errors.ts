import type { Problem } from "./types";

/** A refusal of the API (RFC 9457), or a request that never got an answer (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;
  /** Seconds the server asks to wait, from Retry-After. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail || problem.title);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

/** The error of a request that got no answer at all: no network, or the server is down. */
export function offlineError(): ApiError {
  return new ApiError({ title: "offline", status: 0, code: "offline" });
}

/** Makes an ApiError of whatever an unsuccessful response carried, even a proxy's HTML page. */
export function errorFromResponse(response: Response, body: unknown): ApiError {
  const retryAfter = parseRetryAfter(response.headers.get("Retry-After"));
  const requestId = response.headers.get("X-Request-Id") ?? undefined;
  if (isProblem(body)) {
    return new ApiError(
      { ...body, status: response.status, request_id: body.request_id ?? requestId },
      retryAfter,
    );
  }
  return new ApiError(
    {
      title: response.statusText,
      status: response.status,
      code: codeOfStatus(response.status),
      request_id: requestId,
    },
    retryAfter,
  );
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && typeof (body as Problem).code === "string";
}

function codeOfStatus(status: number): string {
  const codes: Record<number, string> = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    412: "precondition_failed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "throttled",
  };
  return codes[status] ?? "internal";
}

function parseRetryAfter(header: string | null): number | null {
  if (!header) return null;
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/**
 * Turns a problem's field errors into form errors: "/email" → "email", "/role_ids/0" → "role_ids".
 * `rename` maps the API's names to the form's.
 */
export function fieldErrors(
  error: unknown,
  words: (code: string, detail: string) => string,
  rename: Record<string, string> = {},
): Record<string, string> {
  const result: Record<string, string> = {};
  if (!(error instanceof ApiError)) return result;
  for (const entry of error.problem.errors ?? []) {
    const name = pointerField(entry.pointer);
    if (!name) continue;
    const field = rename[name] ?? name;
    result[field] ??= words(entry.code, entry.detail);
  }
  return result;
}

/** The first segment of a JSON pointer (RFC 6901), with ~1 and ~0 undone. A leading "body" or "#" is ignored. */
export function pointerField(pointer: string): string {
  const segments = pointer.replace(/^#/, "").split("/").filter(Boolean);
  if (segments[0] === "body") segments.shift();
  return (segments[0] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
}
