import { i18n } from "@lingui/core";
import { Notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Session, User } from "@/api/types";
import { ProfileForm } from "@/features/account/ProfileForm";
import { meQuery } from "@/features/account/queries";
import { refusal, serve, show, versioned } from "@/test-show";
import { LanguageSelect, ThemeControl } from "./Appearance";
import { adoptSession } from "./adopt";
import { activateLanguage } from "./i18n";
import { sessionQuery } from "./session";

const me = {
  id: "user_1",
  version: 1,
  first_name: "Jo",
  last_name: "Ng",
  full_name: "Jo Ng",
  email: "jo@example.org",
  locale: "en",
  theme: "system",
} as unknown as User;

const session = {
  user: { ...me, effective_locale: "en", effective_timezone: "UTC" },
  organization: { id: "org_1", name: "Kestrel" },
  brand: { name: "Kestrel", color: "#205080" },
  permissions: [],
} as unknown as Session;

function Account() {
  const query = useQuery(meQuery);
  return (
    <>
      <ThemeControl />
      <LanguageSelect />
      {query.data && <ProfileForm me={query.data} />}
    </>
  );
}

function open() {
  const server = versioned(me);
  const asked = serve({ "GET /me": server.now, "PATCH /me": server.patch, "GET /session": () => session });
  return { server, asked, queries: show(<Account />, session) };
}

afterEach(async () => {
  vi.unstubAllGlobals();
  localStorage.clear();
  await act(() => activateLanguage("en"));
});

test("a language that was chosen stays when the next page is opened", async () => {
  const { server, queries } = open();
  await screen.findByRole("textbox", { name: "First name" });
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Language" }), "de");
  await waitFor(() => expect(server.now().locale).toBe("de"));
  // What the router does before it shows a page.
  await act(async () => adoptSession(await queries.ensureQueryData(sessionQuery)));
  expect(i18n.locale).toBe("de");
  expect(document.documentElement.lang).toBe("de");
});

test("a theme that was chosen is known to the session at once", async () => {
  const { server, queries } = open();
  await screen.findByRole("textbox", { name: "First name" });
  await userEvent.click(screen.getByText("Dark"));
  expect(queries.getQueryData(sessionQuery.queryKey)?.user.theme).toBe("dark");
  await userEvent.click(screen.getByText("Light"));
  await waitFor(() => expect(server.now()).toMatchObject({ theme: "light", version: 3 }));
});

test("a choice of appearance is nobody else's change of the profile that is being edited", async () => {
  const { server, asked } = open();
  const first = (await screen.findByRole("textbox", { name: "First name" })) as HTMLInputElement;
  await userEvent.type(first, "anna");
  await userEvent.click(screen.getByText("Dark"));
  await waitFor(() => expect(server.now().version).toBe(2));
  expect(first.value).toBe("Joanna");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(server.now().first_name).toBe("Joanna"));
  expect(asked.filter(({ what }) => what === "PATCH /me")).toHaveLength(2);
});

//
test("a choice that is refused is put back, and the person is told", async () => {
  serve({ "GET /me": () => me, "PATCH /me": () => refusal("read_only"), "GET /session": () => session });
  const queries = show(
    <>
      <Account />
      <Notifications />
    </>,
    session,
  );
  await screen.findByRole("textbox", { name: "First name" });
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Language" }), "de");
  await screen.findByText(/You are logged in as somebody else/);
  expect(i18n.locale).toBe("en");
  expect(document.documentElement.lang).toBe("en");
  expect(queries.getQueryData(sessionQuery.queryKey)?.user.locale).toBe("en");
  await userEvent.click(screen.getByText("Dark"));
  await waitFor(() => expect(screen.getAllByText(/You are logged in as somebody else/)).toHaveLength(2));
  await waitFor(() => expect(document.documentElement.dataset.mantineColorScheme).toBe("light"));
});

test("a profile that was changed elsewhere is saved at the second press", async () => {
  const { server } = open();
  await userEvent.type(await screen.findByRole("textbox", { name: "First name" }), "anna");
  server.change({ phone: "+44 20 7946 0000" });
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByRole("alert");
  expect((screen.getByRole("textbox", { name: "Phone" }) as HTMLInputElement).value).toBe("+44 20 7946 0000");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(server.now()).toMatchObject({ first_name: "Joanna", phone: "+44 20 7946 0000" }),
  );
});
