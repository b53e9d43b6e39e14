import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { NewPasswordInput } from "./NewPasswordInput";

function Form() {
  const [value, setValue] = useState("");
  const [error, setError] = useState<string | undefined>();
  return (
    <>
      <NewPasswordInput label="New password" value={value} onChange={setValue} error={error} />
      <button type="button" onClick={() => setError("Too easy to guess.")}>
        Refuse
      </button>
    </>
  );
}

test("the meter says nothing of a password that the server refused, until it is another one", async () => {
  const user = userEvent.setup();
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <Form />
      </MantineProvider>
    </I18nProvider>,
  );
  const field = screen.getByLabelText("New password");
  await user.type(field, "violet-harbour-tram-9");
  expect(screen.queryByText(/^(Fair|Good|Strong)/)).not.toBeNull();
  await user.click(screen.getByRole("button", { name: "Refuse" }));
  expect(screen.queryByText(/^(Fair|Good|Strong)/)).toBeNull();
  await user.type(field, "a");
  expect(screen.queryByText(/^(Fair|Good|Strong)/)).not.toBeNull();
});
