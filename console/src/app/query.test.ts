import { describe, expect, it, vi } from "vitest";
import { ApiError, offlineError } from "@/api/errors";
import { holdUnsaved } from "./leave";
import { makeQueryClient, signInPath } from "./query";

describe("the end of a session", () => {
  it("forgets what was loaded once the person is at the sign-in page, and not before", async () => {
    let arrive = () => {};
    const asked: string[] = [];
    const client = makeQueryClient((path) => {
      asked.push(path);
      return new Promise((resolve) => {
        arrive = resolve;
      });
    });
    client.setQueryData(["session"], { id: "sess_1" });
    const ended = new ApiError({
      status: 401,
      code: "unauthenticated",
      detail: "Sign in to go on.",
    } as never);
    await client.fetchQuery({ queryKey: ["users"], queryFn: () => Promise.reject(ended) }).catch(() => {});
    expect(asked[0]).toBe("/sign-in?notice=signed-out");
    expect(client.getQueryData(["session"])).toEqual({ id: "sess_1" });
    arrive();
    await new Promise((resolve) => setTimeout(resolve));
    expect(client.getQueryData(["session"])).toBeUndefined();
  });

  it("is not told to somebody who was not signed in", async () => {
    const asked: string[] = [];
    const client = makeQueryClient(async (path) => void asked.push(path));
    const refused = new ApiError({ status: 401, code: "unauthenticated", detail: "" } as never);
    await client.fetchQuery({ queryKey: ["users"], queryFn: () => Promise.reject(refused) }).catch(() => {});
    expect(asked).toEqual(["/sign-in"]);
  });
});

describe("what became of what was not saved", () => {
  it("is told to those alone who had something unsaved", () => {
    const release = holdUnsaved();
    expect(signInPath("/admin/users", true)).toContain("notice=unsaved-lost");
    expect(signInPath("/admin/users")).not.toContain("notice");
    release();
    expect(signInPath("/admin/users", true)).toContain("notice=signed-out");
  });
});

describe("a change that failed", () => {
  const problem = (status: number, code: string, reason?: string) =>
    new ApiError({ title: "x", status, code, ...(reason && { reason }) });

  it.each([
    [problem(404, "not_found"), true],
    [problem(412, "precondition_failed"), true],
    [offlineError(), true],
    [problem(503, "unavailable"), true],
    [problem(409, "conflict", "answer_lost"), true],
    [problem(409, "conflict"), false],
    [problem(422, "invalid"), false],
  ])("has fetched again what may be otherwise by now: %j, %s", async (error, again) => {
    const client = makeQueryClient(async () => {});
    const refetch = vi.spyOn(client, "invalidateQueries");
    const change = client.getMutationCache().build(client, { mutationFn: () => Promise.reject(error) });
    await expect(change.execute(undefined)).rejects.toThrow();
    expect(refetch.mock.calls.length > 0).toBe(again);
  });
});
