import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { newest } from "@/api/conflict";
import { ApiError } from "@/api/errors";
import { makeQueryClient } from "@/app/query";
import { show } from "@/test-show";
import { Confirm } from "./Confirm";

const stale = (current: object) =>
  new ApiError({ title: "x", status: 412, code: "precondition_failed", current });

/** A list of which one entry is to go. */
function List({ name, remove }: { name: () => string; remove: (version: number) => Promise<void> }) {
  const list = useQuery({ queryKey: ["list"], queryFn: async () => name(), staleTime: 60_000 });
  const shown = { version: 1 };
  return (
    <>
      <p>{list.data}</p>
      <Confirm
        opened
        title="Delete it?"
        action="Delete"
        onConfirm={(refusal) => remove(newest(shown, refusal).version)}
        onClose={() => {}}
      >
        It is gone for good.
      </Confirm>
    </>
  );
}

test("what others have changed meanwhile is fetched and told, and the second press goes from there", async () => {
  let name = "before";
  const versions: number[] = [];
  const remove = async (version: number) => {
    versions.push(version);
    name = "theirs";
    if (version < 2) throw stale({ version: 2 });
  };
  show(<List name={() => name} remove={remove} />, {});
  await screen.findByText("before");
  await userEvent.click(screen.getByRole("button", { name: "Delete" }));
  expect((await screen.findByRole("alert")).textContent).toContain("look at it, then do it again");
  expect(screen.getByText("theirs")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Delete" }));
  expect(versions).toEqual([1, 2]);
});

test("of every other change, too, what is on screen is fetched before the refusal is told", async () => {
  const client = makeQueryClient(async () => {});
  let name = "before";
  function Form() {
    return <p>{useQuery({ queryKey: ["list"], queryFn: async () => name, staleTime: 60_000 }).data}</p>;
  }
  show(
    <QueryClientProvider client={client}>
      <Form />
    </QueryClientProvider>,
    {},
  );
  await screen.findByText("before");
  name = "theirs";
  const change = client.getMutationCache().build<unknown, Error, void, unknown>(client, {
    mutationFn: () => Promise.reject(stale({})),
    onError: () => expect(client.getQueryData(["list"])).toBe("theirs"),
  });
  await expect(change.execute(undefined)).rejects.toThrow();
  await screen.findByText("theirs");
});
