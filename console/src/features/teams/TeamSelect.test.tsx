import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { type ReactNode, useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { sessionQuery } from "@/app/session";
import type { Ref } from "@/features/organizations/choices";
import { TeamAdder, TeamMultiSelect, TeamSelect } from "./TeamSelect";
import { teamPlaces } from "./UserTeams";

const team = (id: string, name: string) => ({ id, name, organization: { id: "org_a", name: "Brightdesk" } });
const days = team("team_a", "Days");
const nights = team("team_b", "Nights");
const zeta = team("team_z", "Zeta");

/** A server whose first page has two of three teams; says what it was asked. */
function server() {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    asked.push(url.pathname.replace("/api/v1", "") + url.search);
    const answer = (body: unknown, status = 200) =>
      new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
    if (url.pathname.endsWith("/teams/team_z")) return answer(zeta);
    if (!url.pathname.endsWith("/teams")) return answer({ code: "not_found" }, 404);
    const search = url.searchParams.get("search") ?? "";
    const items = search ? [days, nights, zeta].filter(({ name }) => name.includes(search)) : [days, nights];
    return answer({ items, next_cursor: search ? null : "x", prev_cursor: null });
  });
  return asked;
}

function show(field: ReactNode, ...permissions: string[]) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(sessionQuery.queryKey, { permissions } as never);
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>{field}</QueryClientProvider>
    </MantineProvider>,
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
});

const field = () => screen.findByRole("combobox", { name: "Team" }) as Promise<HTMLInputElement>;
const option = (name: RegExp) => screen.findByRole("option", { name, hidden: true });

function Filter({ first = "", onChange }: { first?: string; onChange: (id: string) => void }) {
  const [id, setId] = useState(first);
  const change = (next: string) => {
    setId(next);
    onChange(next);
  };
  return <TeamSelect label="Team" placeholder="Any team" value={id} onChange={change} />;
}

it("a team is found by the server and keeps its name once it is chosen", async () => {
  const asked = server();
  const onChange = vi.fn();
  show(<Filter onChange={onChange} />, "teams.read");
  await userEvent.click(await field());
  expect((await option(/Days/)).textContent).toBe("DaysBrightdesk");
  await option(/There are more/);
  await userEvent.type(await field(), "Zet");
  await userEvent.click(await option(/Zeta/));
  expect(onChange.mock.calls).toEqual([["team_z"]]);
  expect((await field()).value).toBe("Zeta");
  expect(asked).toContain("/teams?limit=50&search=Zet");
  await userEvent.click(await field());
  await userEvent.click(await option(/Any team/));
  expect(onChange.mock.lastCall).toEqual([""]);
});

it("a team of an address is asked for by its id, and one that is gone is shown as chosen", async () => {
  server();
  show(<Filter first="team_z" onChange={() => {}} />, "teams.read");
  await waitFor(async () => expect((await field()).value).toBe("Zeta"));
});

it("a team that is gone is still what is filtered by", async () => {
  server();
  show(<Filter first="team_gone" onChange={() => {}} />, "teams.read");
  await waitFor(async () => expect((await field()).value).toBe("team_gone"));
});

it("who may not read teams is not asked for one", () => {
  const asked = server();
  show(<Filter onChange={() => {}} />, "users.read");
  expect(screen.queryByRole("combobox")).toBeNull();
  expect(asked).toEqual([]);
});

function Several({ onChange }: { onChange: (ids: string[]) => void }) {
  const [chosen, setChosen] = useState<Ref[]>([]);
  const change = (refs: Ref[]) => {
    setChosen(refs);
    onChange(refs.map(({ id }) => id));
  };
  return <TeamMultiSelect label="Team" organization="org_a" value={chosen} onChange={change} />;
}

it("an invitation asks for teams of its organization alone, which can be changed", async () => {
  const asked = server();
  const onChange = vi.fn();
  show(<Several onChange={onChange} />, "teams.read", "teams.manage");
  await userEvent.type(await field(), "Zet");
  await userEvent.click(await option(/Zeta/));
  expect(onChange.mock.calls).toEqual([[["team_z"]]]);
  expect(
    asked.every((each) => each.includes("organization_id=org_a") && each.includes("manageable=true")),
  ).toBe(true);
});

function showAdder(without: string[], onAdd: (id: string) => void = () => {}) {
  show(
    <TeamAdder
      label="Team"
      placeholder=""
      icon={null}
      organizations={["org_b", "org_a"]}
      without={without}
      disabled={false}
      onAdd={onAdd}
    />,
    "teams.read",
    "teams.manage",
  );
}

it("somebody joins what they are not in yet", async () => {
  server();
  const onAdd = vi.fn();
  showAdder(["team_a"], onAdd);
  await userEvent.click(await field());
  await option(/Nights/);
  expect(screen.queryByRole("option", { name: /Days/, hidden: true })).toBeNull();
  await userEvent.click(await option(/Nights/));
  expect(onAdd.mock.calls).toEqual([["team_b"]]);
});

it("somebody joins teams of their organizations, those of the page's first", () => {
  const places = (page: string, here: object | null) =>
    teamPlaces({ organizations: [{ id: "org_a" }, { id: "org_b" }], here } as never, page, "org_root");
  expect(places("org_b", null)).toEqual(["org_b", "org_a"]);
  expect(places("org_root", null)).toEqual(["org_a", "org_b"]);
  const reach = { organization: { id: "org_root" }, includes_descendants: true };
  expect(places("org_c", reach)).toEqual(["org_c", ""]);
});

it("asks each organization for its teams", async () => {
  const asked = server();
  showAdder([]);
  await userEvent.click(await field());
  await option(/Nights/);
  expect(asked.map((each) => new URLSearchParams(each.split("?")[1]).get("organization_id"))).toEqual([
    "org_b",
    "org_a",
  ]);
});
