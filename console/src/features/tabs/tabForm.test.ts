import { describe, expect, it } from "vitest";
import type { CustomTab } from "@/api/types";
import { bodyOf, usableAddress, valuesOf } from "./tabForm";

describe("the form of a custom tab", () => {
  it("takes https, and http on this machine", () => {
    for (const good of [
      "https://app.example.com/",
      " https://app.example.com/a?client={organization} ",
      "http://localhost:3000",
      "http://127.0.0.1:8080/x",
    ]) {
      expect(usableAddress(good), good).toBe(true);
    }
    for (const bad of [
      "",
      "app.example.com",
      "http://app.example.com/",
      "javascript:alert(1)",
      "data:text/html,x",
      "https://me:secret@app.example.com/",
      "https://app.example.com/#x",
      `https://app.example.com/${"x".repeat(2000)}`,
    ]) {
      expect(usableAddress(bad), bad).toBe(false);
    }
  });

  it("sends people and organizations only where they count", () => {
    const values = {
      ...valuesOf(null),
      title: " Orders ",
      url: "https://a.example/",
      people: ["user_1"],
      organizations: [{ id: "org_1", name: "One" }],
    };
    expect(bodyOf(values)).toMatchObject({ title: "Orders", people: [], organizations: [] });
    expect(bodyOf({ ...values, audience: "chosen", all_organizations: false })).toMatchObject({
      people: ["user_1"],
      organizations: [{ id: "org_1", descendants: true }],
    });
  });

  it("keeps for whom a tab was made: an organization alone, or with those below it", () => {
    const organizations = [
      { id: "org_1", name: "Fabrikam", descendants: false },
      { id: "org_2", name: "Contoso", descendants: true },
    ];
    const tab = {
      ...valuesOf(null),
      people: [],
      all_organizations: false,
      organizations,
    } as unknown as CustomTab;
    const values = { ...valuesOf(tab), title: "Renamed" };
    expect(bodyOf(values).organizations).toEqual([
      { id: "org_1", descendants: false },
      { id: "org_2", descendants: true },
    ]);
    expect(bodyOf({ ...values, alone: ["org_2"] }).organizations).toEqual([
      { id: "org_1", descendants: true },
      { id: "org_2", descendants: false },
    ]);
    expect(bodyOf(values)).not.toHaveProperty("alone");
  });
});
