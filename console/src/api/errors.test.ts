import { describe, expect, it } from "vitest";
import { ApiError, errorFromResponse, fieldErrors, pointerField } from "./errors";
import { errorText } from "./messages";

const problem = (more: Record<string, unknown>) => ({ title: "t", status: 422, code: "invalid", ...more });

describe("problems of the API", () => {
  it("keep code, fields and request id", () => {
    const response = new Response("", { status: 409, headers: { "X-Request-Id": "req_1" } });
    const error = errorFromResponse(response, problem({ code: "conflict", status: 1 }));
    expect(error).toMatchObject({ status: 409, code: "conflict" });
    expect(error.problem.request_id).toBe("req_1");
  });

  it("are made up for answers that are none, such as a proxy's page", () => {
    expect(errorFromResponse(new Response("", { status: 502 }), undefined).code).toBe("internal");
    expect(errorFromResponse(new Response("", { status: 401 }), "<html>").code).toBe("unauthenticated");
  });

  it("point at the form's fields", () => {
    const error = new ApiError(
      problem({
        errors: [
          { pointer: "/email", code: "taken", detail: "" },
          { pointer: "/email", code: "second", detail: "" },
          { pointer: "/roles/0", code: "other", detail: "no such role" },
        ],
      }),
    );
    const words = (code: string, detail: string) => detail || code;
    expect(fieldErrors(error, words, { roles: "role_ids" })).toEqual({
      email: "taken",
      role_ids: "no such role",
    });
    expect(fieldErrors(new Error("x"), words)).toEqual({});
  });

  it.each([
    ["/email", "email"],
    ["#/email", "email"],
    ["/body/email", "email"],
    ["/a~1b", "a/b"],
    ["", ""],
  ])("pointer %s names the field %s", (pointer, field) => {
    expect(pointerField(pointer)).toBe(field);
  });

  it("say when to try again", () => {
    const error = new ApiError(problem({ code: "throttled", status: 429, retry_at: "2026-11-22T10:15:30Z" }));
    expect(errorText(error)).toContain("Try again at");
    expect(errorText(new ApiError(problem({ code: "throttled" })))).toContain("later");
  });

  it("never show what an unexpected error says of itself", () => {
    expect(errorText(new TypeError("secret internals"))).not.toContain("secret");
  });
});
