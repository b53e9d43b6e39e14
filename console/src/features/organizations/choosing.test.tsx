import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { type ReactNode, useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Organization } from "@/api/types";
import { sessionQuery } from "@/app/session";
import { agentOrganizationsQuery } from "@/features/agents/queries";
import type { Ref } from "./choices";
import { OrganizationMultiSelect } from "./OrganizationMultiSelect";
import { OrganizationSelect } from "./OrganizationSelect";
import { organizationChoicesQuery, organizationMade, organizationsQuery } from "./queries";

const root = { id: "org_root", name: "Kestrel Lane", is_root: true, path: [] };
const client = { id: "org_a", name: "Brightdesk", is_root: false, path: ["Kestrel Lane"] };
const far = { id: "org_z", name: "Zenith", is_root: false, path: ["Kestrel Lane", "Yonder"] };

/** A server whose first page has two of three organizations; says what it was asked. */
function server() {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    asked.push(url.pathname.replace("/api/v1", "") + url.search);
    const search = url.searchParams.get("search") ?? "";
    const items = search ? [root, client, far].filter(({ name }) => name.includes(search)) : [root, client];
    const rest = url.pathname.endsWith("agent-organizations")
      ? { more: !search }
      : { next_cursor: search ? null : "x" };
    return new Response(JSON.stringify({ items, ...rest }), {
      headers: { "Content-Type": "application/json" },
    });
  });
  return asked;
}

function show(field: ReactNode, ...permissions: string[]) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(sessionQuery.queryKey, { permissions, organization: root } as never);
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>{field}</QueryClientProvider>
    </MantineProvider>,
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
});

const field = () => screen.findByRole("combobox", { name: "Below" }) as Promise<HTMLInputElement>;
const option = (name: RegExp) => screen.findByRole("option", { name, hidden: true });

describe("the place of an organization", () => {
  function Place({ onChange }: { onChange: (id: string) => void }) {
    const [id, setId] = useState(root.id);
    const change = (place: Ref) => {
      setId(place.id);
      onChange(place.id);
    };
    return <OrganizationSelect label="Below" always outside="org_moved" value={id} onChange={change} />;
  }

  it("is found by the server among those that it can have, and keeps its name once it is chosen", async () => {
    const asked = server();
    const onChange = vi.fn();
    show(<Place onChange={onChange} />, "organizations.read");
    await waitFor(async () => expect((await field()).value).toBe("Kestrel Lane"));
    await userEvent.click(await field());
    expect((await option(/Brightdesk/)).textContent).toBe("BrightdeskKestrel Lane");
    expect((await option(/There are more/)).getAttribute("data-combobox-disabled")).toBe("true");
    await userEvent.clear(await field());
    await userEvent.type(await field(), "Zen");
    await userEvent.click(await option(/Zenith/));
    expect(onChange.mock.calls).toEqual([["org_z"]]);
    expect((await field()).value).toBe("Zenith");
    // Nothing of what was asked could have been the moved one, and nobody asked who Zenith is.
    expect(
      asked.every((each) => each.startsWith("/organizations?") && each.includes("outside=org_moved")),
    ).toBe(true);
    expect(asked.filter((each) => each.includes("search=Zen"))).toHaveLength(1);
  });

  it("is none that was not asked for, however quick somebody is with the keys", async () => {
    server();
    const onChange = vi.fn();
    show(<Place onChange={onChange} />, "organizations.read");
    await waitFor(async () => expect((await field()).value).toBe("Kestrel Lane"));
    await userEvent.click(await field());
    await userEvent.clear(await field());
    await userEvent.type(await field(), "Zen{ArrowUp}{Enter}");
    expect(onChange).not.toHaveBeenCalled();
    await option(/Zenith/);
  });

  it("says once that nothing is called that", async () => {
    server();
    show(<Place onChange={() => {}} />, "organizations.read");
    await waitFor(async () => expect((await field()).value).toBe("Kestrel Lane"));
    await userEvent.click(await field());
    await userEvent.clear(await field());
    await userEvent.type(await field(), "zzz");
    await screen.findByText("Nothing found");
  });

  it("is there although it is the only one", async () => {
    vi.stubGlobal(
      "fetch",
      async () =>
        new Response(JSON.stringify({ items: [root], next_cursor: null }), {
          headers: { "Content-Type": "application/json" },
        }),
    );
    show(<Place onChange={() => {}} />, "organizations.read");
    await waitFor(async () => expect((await field()).value).toBe("Kestrel Lane"));
    await userEvent.click(await field());
    await option(/Kestrel Lane/);
    expect((await field()).value).toBe("Kestrel Lane");
  });
});

describe("the organizations of an AI agent", () => {
  function Assigned({ onChange }: { onChange: (ids: string[]) => void }) {
    const [chosen, setChosen] = useState<Ref[]>([{ id: "org_b", name: "Chosen before" }]);
    const change = (refs: Ref[]) => {
      setChosen(refs);
      onChange(refs.map(({ id }) => id));
    };
    return (
      <OrganizationMultiSelect
        label="Below"
        find={agentOrganizationsQuery}
        permission="bots.manage"
        value={chosen}
        onChange={change}
      />
    );
  }

  it("are found by who manages bots, also without reading organizations", async () => {
    const asked = server();
    const onChange = vi.fn();
    show(<Assigned onChange={onChange} />, "bots.manage");
    expect(screen.getByText("Chosen before")).toBeTruthy();
    await userEvent.type(await field(), "Zen");
    await userEvent.click(await option(/Zenith/));
    expect(onChange.mock.calls).toEqual([[["org_b", "org_z"]]]);
    expect(asked.every((each) => each.startsWith("/agent-organizations?"))).toBe(true);
  });

  it("are none that were not asked for", async () => {
    server();
    const onChange = vi.fn();
    show(<Assigned onChange={onChange} />, "bots.manage");
    await userEvent.click(await field());
    await option(/Brightdesk/);
    await userEvent.type(await field(), "Zen{ArrowDown}{Enter}");
    expect(onChange).not.toHaveBeenCalled();
    await option(/Zenith/);
  });

  it("are not there for others", () => {
    const asked = server();
    show(<Assigned onChange={() => {}} />, "organizations.read");
    expect(screen.queryByText("Chosen before")).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe("a new organization", () => {
  it("is in the tree without asking for all of it again, and choices are asked anew", async () => {
    const asked = server();
    const queries = new QueryClient();
    queries.setQueryData(organizationsQuery.queryKey, [root] as unknown as Organization[]);
    queries.setQueryData(organizationChoicesQuery("").queryKey, { items: [root], more: false });
    await organizationMade(queries, client as unknown as Organization);
    expect(queries.getQueryData(organizationsQuery.queryKey)?.map(({ id }) => id)).toEqual([
      "org_root",
      "org_a",
    ]);
    expect(queries.getQueryState(organizationsQuery.queryKey)?.isInvalidated).toBe(false);
    expect(queries.getQueryState(organizationChoicesQuery("").queryKey)?.isInvalidated).toBe(true);
    expect(asked).toEqual([]);
  });
});
