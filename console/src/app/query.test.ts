import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import { makeQueryClient } from "./query";

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
