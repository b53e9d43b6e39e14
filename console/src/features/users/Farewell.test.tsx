import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Organization, User } from "@/api/types";
import { DeleteOrganization } from "@/features/organizations/DeleteOrganization";
import { refusal, serve, show } from "@/test-show";
import { Farewell } from "./Farewell";

afterEach(() => {
  vi.unstubAllGlobals();
});

const nothing = () => {};
const button = (name: string) => screen.getByRole("button", { name }) as HTMLButtonElement;

/** A session in the company. */
const here = { permissions: ["teams.read"], organization: { id: "org_root" } };

/** Answers that come one after another, when they are let through. */
function held(...answers: unknown[]) {
  const doors: (() => void)[] = [];
  const answer = () =>
    new Promise((done) => {
      doors.push(() => done(answers.shift()));
    });
  return {
    answer,
    next: () => waitFor(() => expect(doors.length).toBeGreaterThan(0)).then(() => doors.shift()?.()),
  };
}

describe("deleting people", () => {
  it("waits until it is known what they own, and says when that could not be found out", async () => {
    const owns = [{ kind: "teams_led", names: ["Night shift"] }];
    const preview = held(refusal("internal", 500), { items: [{ id: "user_1", owns }] });
    serve({ "POST /users/deletion-preview": preview.answer });
    const onConfirm = vi.fn(async () => {});
    const person = { id: "user_1", full_name: "Ada", teams: [] as User["teams"] } as User;
    show(
      <Farewell
        users={[person]}
        opened
        title="Delete Ada?"
        action="Delete Ada"
        onConfirm={onConfirm}
        onClose={nothing}
      >
        Gone.
      </Farewell>,
      here,
    );
    expect(button("Delete Ada").disabled).toBe(true);
    await preview.next();
    await screen.findByRole("alert");
    expect(button("Delete Ada").disabled).toBe(true);
    await userEvent.click(button("Try again"));
    await preview.next();
    await screen.findByText(/Night shift/);
    expect(button("Delete Ada").disabled).toBe(true);
    await userEvent.click(screen.getByRole("radio", { name: "It ends" }));
    await userEvent.click(button("Delete Ada"));
    expect(onConfirm.mock.calls).toEqual([["", null]]);
  });
});

it("a team is handed over to people of its organization who stay, before a name is typed", async () => {
  const person = (id: string, more: object = {}) => ({
    id,
    full_name: id,
    email: `${id}@example.org`,
    status: "active",
    user_type: "agent",
    teams: [],
    here: null,
    organizations: [{ id: "org_b", name: "Brightdesk" }],
    ...more,
  });
  const lead = person("Ada", { teams: [{ id: "team_1", name: "Nights", lead: true }] });
  const asked: string[] = [];
  serve({
    "POST /users/deletion-preview": () => ({
      items: [{ id: "Ada", owns: [{ kind: "teams_led", names: ["Nights"] }] }],
    }),
    "GET /teams/team_1": () => ({ id: "team_1", name: "Nights", organization: { id: "org_b" } }),
    "GET /users": (search) => {
      asked.push(search.get("organization_id") ?? "");
      const others = [
        person("Bo"),
        person("Cy", { status: "suspended" }),
        person("Di", { user_type: "client" }),
      ];
      return { items: [lead, ...others], next_cursor: null };
    },
  });
  show(
    <Farewell
      users={[lead as unknown as User]}
      opened
      title="Delete Ada?"
      action="Delete Ada"
      onConfirm={async () => {}}
      onClose={nothing}
    >
      Gone.
    </Farewell>,
    here,
  );
  await userEvent.click(await screen.findByRole("combobox", { name: "Who takes over" }));
  await screen.findByRole("option", { name: /Bo/, hidden: true });
  expect(screen.getAllByRole("option", { hidden: true })).toHaveLength(1);
  expect(new Set(asked)).toEqual(new Set(["org_b"]));
});

describe("on a client's page", () => {
  const client = { id: "org_c", name: "Tidewater" };
  const desk = { id: "org_b", name: "Brightdesk" };
  const someone = (id: string, organizations: object[]) =>
    ({ id, full_name: id, teams: [], organizations }) as unknown as User;

  function ask(...users: User[]) {
    serve({
      "POST /users/deletion-preview": () => ({
        items: users.map(({ id, organizations }) => ({ id, organizations, owns: [] })),
      }),
    });
    const [onConfirm, leave] = [vi.fn(async () => {}), vi.fn(async (_: User[]) => {})];
    show(
      <Farewell
        users={users}
        opened
        title="Delete?"
        action="Delete them"
        onConfirm={onConfirm}
        leaving={{ place: client, run: leave }}
        onClose={nothing}
      >
        Gone.
      </Farewell>,
      here,
    );
    return { onConfirm, leave };
  }

  it("somebody who belongs elsewhere, too, is removed there alone, unless one wants more", async () => {
    const ada = someone("Ada", [client, desk]);
    const { onConfirm, leave } = ask(ada);
    await screen.findByText("They also belong to Brightdesk.");
    expect(screen.queryByText("Gone.")).toBeNull();
    expect(screen.getByRole("radio", { name: "Remove from Tidewater only" })).toHaveProperty("checked", true);
    await userEvent.click(button("Remove Ada"));
    expect(leave.mock.calls[0]?.[0]).toEqual([ada]);
    await userEvent.click(screen.getByRole("radio", { name: "Delete the account" }));
    await screen.findByText("Gone.");
    await userEvent.click(button("Delete them"));
    expect(onConfirm).toHaveBeenCalledOnce();
  });

  it("of many, those who belong nowhere else stay", async () => {
    const [ada, bo] = [someone("Ada", [client, desk]), someone("Bo", [client])];
    const { leave } = ask(ada, bo);
    await screen.findByText("1 of them belongs to several organizations: Ada.");
    expect(screen.getByText(/1 person belongs nowhere else, and stays\./)).toBeTruthy();
    await userEvent.click(button("Remove Ada"));
    expect(leave.mock.calls[0]?.[0]).toEqual([ada]);
  });

  it("nothing is to choose for somebody of that client alone", async () => {
    ask(someone("Ada", [client]));
    await waitFor(() => expect(button("Delete them").disabled).toBe(false));
    expect(screen.queryByRole("radio")).toBeNull();
  });
});

describe("deleting an organization", () => {
  it("waits until it is known what goes with it", async () => {
    const empty = { organizations: 0, people: 0, members: 0, sessions: 0, domains: 0, teams: 0 };
    const rest = { agents: 0, tabs: 0, announcements: 0, invitations: 0, api_keys: 0 };
    const preview = held(refusal("internal", 500), { ...empty, ...rest, people: 3, members: 3 });
    const asked = serve({
      "GET /organizations/org_1/deletion": preview.answer,
      "DELETE /organizations/org_1": () => ({}),
    });
    const onClose = vi.fn();
    const organization = { id: "org_1", name: "Brightdesk", version: 1 } as unknown as Organization;
    show(<DeleteOrganization organization={organization} onClose={onClose} onGone={nothing} />, {
      permissions: [],
    });
    expect(button("Delete the organization").disabled).toBe(true);
    await preview.next();
    await screen.findByRole("alert");
    expect(button("Delete the organization").disabled).toBe(true);
    await userEvent.click(button("Try again"));
    await preview.next();
    await userEvent.click(
      await screen.findByRole("button", { name: "Delete the organization and 3 people" }),
    );
    await waitFor(() => expect(asked.some(({ what }) => what.startsWith("DELETE"))).toBe(true));
  });
});
