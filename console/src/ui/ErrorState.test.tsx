import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { show, visit } from "@/test-show";
import { ErrorState } from "./ErrorState";
import { LoadProblem } from "./LoadProblem";

const problem = (status: number, code: string) => new ApiError({ title: "x", status, code });
const gone = problem(404, "not_found");
const lostPage = problem(400, "invalid_cursor");
const names = () =>
  [...screen.queryAllByRole("button"), ...screen.queryAllByRole("link")].map((one) => one.textContent);

it("asks again for what may be there the next time", async () => {
  const onRetry = vi.fn();
  show(<ErrorState error={problem(500, "internal")} onRetry={onRetry} />, {});
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(onRetry).toHaveBeenCalledOnce();
});

it("leads away from what does not exist, by the way that is given or to the start page", () => {
  show(<ErrorState error={gone} onRetry={() => {}} />, {});
  expect(names()).toEqual(["Go to my start page"]);
});

it("knows the way that is given", () => {
  show(<ErrorState error={gone} onRetry={() => {}} back={<a href="/x">Back to the list</a>} />, {});
  expect(names()).toEqual(["Back to the list"]);
});

it("leads from a page of a list that is gone to the first one, by the name it has in the address", async () => {
  const Page = () => <ErrorState error={lostPage} onRetry={() => {}} cursor="members" />;
  const where = visit("/teams?search=a&cursor=b&members=c", {}, Page, "/teams");
  await userEvent.click(await screen.findByRole("button", { name: "Go to the first page" }));
  await waitFor(() => expect(where()).toBe("/teams?search=a&cursor=b"));
  expect(names()).toEqual(["Try again"]);
});

it("does the same above what can be shown still", async () => {
  const query = { data: [], error: lostPage, isError: true, isFetching: false, refetch: async () => {} };
  const where = visit("/users?cursor=b", {}, () => <LoadProblem query={query} />, "/users");
  await userEvent.click(await screen.findByRole("button", { name: "Go to the first page" }));
  await waitFor(() => expect(where()).toBe("/users"));
});
