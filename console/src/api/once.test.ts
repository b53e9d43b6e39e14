import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { ApiError, offlineError } from "./errors";
import { perhapsDone, unanswered, useOnce } from "./once";

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

it("takes a new key for what was changed after its answer was lost, and the old one for what was not", async () => {
  const known = new Map<string, string>();
  const reused = { pointer: "/Idempotency-Key", code: "reused", detail: "" };
  let lost = true;
  const once = renderHook(() => useOnce()).result.current;
  const create = (body: string) =>
    once(async ({ "Idempotency-Key": key }) => {
      if (known.has(key) && known.get(key) !== body)
        throw new ApiError({ title: "", status: 422, code: "invalid", errors: [reused] });
      known.set(key, body);
      if (lost) throw offlineError();
      return body;
    });
  await expect(create("Ada Lovelance")).rejects.toThrow();
  await expect(create("Ada Lovelance")).rejects.toThrow();
  lost = false;
  expect(await create("Ada Lovelace")).toBe("Ada Lovelace");
  expect([...known.values()]).toEqual(["Ada Lovelance", "Ada Lovelace"]);
});

it("takes for unanswered what got no answer or broke the server", () => {
  const status = (value: number, reason?: string) =>
    new ApiError({ title: "", status: value, code: "x", reason } as never);
  const open = [offlineError(), status(500), status(503), new Error("?"), status(409, "in_progress")];
  expect(open.map(unanswered)).toEqual(open.map(() => true));
  const closed = [status(409), status(409, "answer_lost"), status(422), status(403)];
  expect(closed.map(unanswered)).toEqual(closed.map(() => false));
  expect([...open, ...closed].map(perhapsDone)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    true,
    false,
    false,
  ]);
});
