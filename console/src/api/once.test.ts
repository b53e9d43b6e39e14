import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { ApiError, offlineError } from "./errors";
import { unanswered, useOnce } from "./once";

const refused = new ApiError({ status: 422, code: "invalid", title: "", detail: "" } as ConstructorParameters<
  typeof ApiError
>[0]);

it("keeps its key while nobody knows whether the request was done, and not beyond", async () => {
  const once = renderHook(() => useOnce()).result.current;
  const keys: string[] = [];
  const send = (error?: Error) =>
    once(async (headers) => {
      keys.push(headers["Idempotency-Key"]);
      if (error) throw error;
    }).catch(() => undefined);
  await send(offlineError());
  await send(refused);
  await send();
  await send();
  const [lost, again, mended, next] = keys;
  expect(again).toBe(lost);
  expect(new Set([again, mended, next]).size).toBe(3);
});

it("takes for unanswered what got no answer or broke the server", () => {
  const status = (value: number, reason?: string) =>
    new ApiError({ title: "", status: value, code: "x", reason } as never);
  const open = [offlineError(), status(500), status(503), new Error("?"), status(409, "in_progress")];
  expect(open.map(unanswered)).toEqual(open.map(() => true));
  const closed = [status(409), status(409, "answer_lost"), status(422), status(403)];
  expect(closed.map(unanswered)).toEqual(closed.map(() => false));
});
