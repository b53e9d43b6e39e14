import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import { LoadProblem } from "./LoadProblem";
import { StatCard } from "./StatCard";

const broken = new ApiError({ title: "x", status: 500, code: "internal" });

/** A list of one row, whose answers come one after another. */
function List({ answers }: { answers: (() => string)[] }) {
  const query = useQuery({
    queryKey: ["rows"],
    queryFn: async () => {
      const next = answers.shift();
      if (!next) throw new Error("asked once too often");
      return next();
    },
    retry: false,
  });
  return (
    <>
      <button type="button" onClick={() => void query.refetch()}>
        Refresh
      </button>
      <LoadProblem query={query} />
      <StatCard label="Total" value={query.data ? 1 : undefined} query={query} />
      <p>{query.data}</p>
    </>
  );
}

function show(...answers: (() => string)[]) {
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <QueryClientProvider client={new QueryClient()}>
          <List answers={answers} />
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>,
  );
}

const fails = () => {
  throw broken;
};

test("a refresh that fails leaves the rows and says so, until it works", async () => {
  show(
    () => "first",
    fails,
    () => "second",
  );
  await screen.findByText("first");
  await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
  expect((await screen.findByRole("alert")).textContent).toContain("could not be refreshed");
  expect(screen.getByText("first")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByText("second");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("what never came is an error in its place, and a number says so, too", async () => {
  show(fails, () => "now");
  expect((await screen.findByRole("alert")).textContent).toContain("Something went wrong");
  await userEvent.click(screen.getByRole("button", { name: "Load Total again" }));
  await screen.findByText("now");
  expect(screen.queryByRole("alert")).toBeNull();
});
