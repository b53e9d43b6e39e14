import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { User } from "@/api/types";
import { sessionQuery } from "@/app/session";
import { resetPassword } from "./actions";
import { KeysToo } from "./KeysToo";

const bea = { id: "user_1", full_name: "Bea Example" } as User;

/** What the API is asked for; it answers with some keys to everything. */
function answering(keys: number): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(new URL(request.url).pathname + new URL(request.url).search);
    const items = Array.from({ length: keys }, (_, n) => ({ id: `key_${n}` }));
    return new Response(JSON.stringify({ items, next_cursor: null, prev_cursor: null }), {
      headers: { "Content-Type": "application/json" },
    });
  });
  return asked;
}

function show(permissions: string[]) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(sessionQuery.queryKey, { permissions } as never);
  const changes: boolean[] = [];
  render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <KeysToo user={bea} checked={false} onChange={(checked) => changes.push(checked)} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return changes;
}

afterEach(() => vi.unstubAllGlobals());

// covers D-10
describe("the keys of somebody whose password is reset", () => {
  it("are counted and can be revoked, too", async () => {
    const asked = answering(2);
    const changes = show(["sessions.read"]);
    expect(await screen.findByText("2 keys go on working otherwise.")).toBeTruthy();
    screen.getByRole("checkbox", { name: /Revoke their API keys, too/ }).click();
    expect(changes).toEqual([true]);
    expect(asked).toEqual(["/api/v1/api-keys?user_id=user_1&state=active"]);
  });

  it("are offered without a number to those who may not see them", () => {
    const asked = answering(2);
    show([]);
    expect(screen.getByText("They go on working otherwise.")).toBeTruthy();
    expect(asked).toEqual([]);
  });

  it("are not mentioned where there are none", async () => {
    answering(0);
    show(["sessions.read"]);
    await vi.waitFor(() => expect(screen.queryByRole("checkbox")).toBeNull());
  });

  it("stop only when that is asked for", async () => {
    const asked = answering(0);
    await resetPassword(bea, false);
    await resetPassword(bea, true);
    expect(asked.map((path) => path.split("?")[1])).toEqual([undefined, "revoke_api_keys=true"]);
  });
});
