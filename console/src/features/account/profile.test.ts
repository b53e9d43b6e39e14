import { describe, expect, it } from "vitest";
import { type Profile, profilePatch } from "./profile";

const ana: Profile = {
  first_name: "Ana",
  last_name: "Ruiz",
  nickname: "",
  email: "a@b.c",
  phone: "",
  timezone: "",
};

describe("one's own profile", () => {
  //
  it("sends only what changed", () => {
    expect(profilePatch(ana, { ...ana, first_name: " Ana " }, "secret")).toBeNull();
    expect(profilePatch(ana, { ...ana, nickname: "Anita" }, "secret")).toEqual({ nickname: "Anita" });
  });

  it("sends the password only with a new e-mail address", () => {
    expect(profilePatch(ana, { ...ana, email: "ana@b.c" }, "secret")).toEqual({
      email: "ana@b.c",
      current_password: "secret",
    });
  });
});
