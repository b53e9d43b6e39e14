import { MantineProvider } from "@mantine/core";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { SearchInput } from "./SearchInput";

/** A list with a search field, and a page that arrives once it is let. */
function listAndPage(onChange: (value: string) => void) {
  let arrive = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const root = createRootRoute({ component: Outlet });
  const list = createRoute({
    path: "/",
    getParentRoute: () => root,
    component: () => <SearchInput value="" onChange={onChange} placeholder="Search" />,
  });
  const page = createRoute({ path: "/page", getParentRoute: () => root, loader: () => arrival });
  const router = createRouter({
    routeTree: root.addChildren([list, page]),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  render(
    <MantineProvider>
      <RouterProvider router={router as never} />
    </MantineProvider>,
  );
  return { router, arrive };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 400));

it("searches after a pause, and no more once somebody has left for another page", async () => {
  const onChange = vi.fn();
  const { router, arrive } = listAndPage(onChange);
  const field = await screen.findByRole("searchbox");
  await userEvent.type(field, "ada");
  await pause();
  expect(onChange.mock.calls).toEqual([["ada"]]);
  await userEvent.type(field, "m");
  const leaving = router.navigate({ to: "/page" as never });
  await pause();
  expect(onChange.mock.calls).toEqual([["ada"]]);
  arrive();
  await leaving;
});
