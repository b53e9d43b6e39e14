import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { IdentityFields } from "./UserFields";
import { emptyUser } from "./userForm";

function emailField(own: boolean) {
  const changes: string[] = [];
  render(
    <MantineProvider>
      <IdentityFields
        values={{ ...emptyUser, email: "ada@northwind.example" }}
        errors={{}}
        onChange={(field) => changes.push(field)}
        own={own}
      />
    </MantineProvider>,
  );
  return screen.getByRole("textbox", { name: /E-mail/ }) as HTMLInputElement;
}

// covers D-06
describe("the e-mail in the form of a person", () => {
  it("is only shown in one's own, with where it is changed", () => {
    expect(emailField(true).readOnly).toBe(true);
    expect(screen.getByText(/in your account/)).toBeTruthy();
  });

  it("can be changed in another's", () => {
    expect(emailField(false).readOnly).toBe(false);
    expect(screen.queryByText(/in your account/)).toBeNull();
  });
});
