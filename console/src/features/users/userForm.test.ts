import { describe, expect, it } from "vitest";
import { stateWords } from "./AddUserPanel";
import {
  changedFields,
  createBody,
  diffPatch,
  emptyUser,
  isEmail,
  missingFields,
  type UserValues,
  wrongFields,
} from "./userForm";

const ana: UserValues = {
  ...emptyUser,
  first_name: "Ana",
  last_name: "Ruiz",
  email: "ana@example.org",
  phone: "+34 600",
  role_ids: ["role_1", "role_2"],
};

describe("the form of a person", () => {
  // covers D-04, C-04
  it("names what is missing", () => {
    expect(missingFields(emptyUser)).toEqual(["first_name", "last_name", "email"]);
    expect(missingFields({ ...ana, first_name: " \t" })).toEqual(["first_name"]);
    expect(stateWords(["first_name", "email"], [])).toBe("Missing: First name and E-mail");
    expect(stateWords([], ["phone"])).toBe("To correct: Phone");
    expect(stateWords([], [])).toBe("");
  });

  it("says what is wrong only about what is filled in", () => {
    expect(wrongFields(emptyUser)).toEqual({});
    expect(Object.keys(wrongFields({ ...ana, email: "ana@", phone: "call me" }))).toEqual(["email", "phone"]);
  });

  it.each([
    ["a@b", true],
    ["josé@correo.es", true],
    [" a@b.c ", true],
    ["a b@c.d", false],
    ["a@b@c", false],
    ["@b.c", false],
  ])("takes %s for an e-mail address: %s", (value, ok) => {
    expect(isEmail(value)).toBe(ok);
  });

  it("sends what was filled in, trimmed", () => {
    expect(createBody({ ...ana, first_name: " Ana ", nickname: " " })).toEqual({
      first_name: "Ana",
      last_name: "Ruiz",
      email: "ana@example.org",
      user_type: "agent",
      phone: "+34 600",
      role_ids: ["role_1", "role_2"],
    });
  });

  // covers D-09
  it("saves only what changed, and clears what was emptied", () => {
    expect(diffPatch(ana, { ...ana })).toBeNull();
    expect(diffPatch(ana, { ...ana, role_ids: ["role_2", "role_1"] })).toBeNull();
    expect(diffPatch(ana, { ...ana, phone: "", status: "suspended", role_ids: ["role_1"] })).toEqual({
      phone: "",
      status: "suspended",
      role_ids: ["role_1"],
    });
  });

  // covers D-08
  it("never sends the type of an existing person", () => {
    expect(diffPatch(ana, { ...ana, user_type: "viewer" })).toBeNull();
  });

  it("finds what another administrator changed", () => {
    const theirs = { ...ana, last_name: "Ruiz Gil", role_ids: ["role_3"] };
    expect(changedFields(ana, theirs)).toEqual(["last_name", "role_ids"]);
  });
});
