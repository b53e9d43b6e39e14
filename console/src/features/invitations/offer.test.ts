import { beforeEach, describe, expect, it, vi } from "vitest";
import { pickLanguage } from "@/app/i18n";
import { lookUp } from "./offer";

const offered = vi.hoisted(() => ({ locale: "" }));

vi.mock("@/api/client", () => ({
  client: { POST: () => offered },
  unwrap: (value: unknown) => Promise.resolve(value),
}));

const spoken = () => document.documentElement.lang;

// covers E-03
describe("the page of an invitation", () => {
  beforeEach(() => {
    document.documentElement.lang = "en";
    localStorage.clear();
  });

  it("speaks the language of the invitation, which nobody has chosen for good", async () => {
    offered.locale = "de";
    await lookUp("token");
    expect([spoken(), localStorage.getItem("retinue-locale")]).toEqual(["de", null]);
  });

  it("stays in the browser's where the invitation has none", async () => {
    offered.locale = "";
    await lookUp("token");
    expect(spoken()).toBe("en");
  });

  it("stays in what the person has picked meanwhile", async () => {
    await pickLanguage("fr");
    offered.locale = "de";
    await lookUp("token");
    expect(spoken()).toBe("fr");
  });
});
