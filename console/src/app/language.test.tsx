import { t } from "@lingui/core/macro";
import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import { visit } from "@/test-show";
import { activateLanguage } from "./i18n";
import { inLanguage } from "./language";

function Page() {
  const [name, setName] = useState("");
  return (
    <label>
      {t`First name`}
      <input value={name} onChange={(event) => setName(event.currentTarget.value)} />
    </label>
  );
}

afterEach(() => act(() => activateLanguage("en")));

test("a page speaks another language at once, and keeps what was typed into it", async () => {
  visit("/page", {}, inLanguage(Page), "/page");
  await userEvent.type(await screen.findByRole("textbox", { name: "First name" }), "Ada");
  await act(() => activateLanguage("de"));
  expect((screen.getByRole("textbox", { name: "Vorname" }) as HTMLInputElement).value).toBe("Ada");
});
