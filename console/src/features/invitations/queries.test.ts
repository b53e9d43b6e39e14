import { describe, expect, it } from "vitest";
import { addressesOf, badAddresses, countGood, invitationUrl, parseInvitationSearch } from "./queries";

describe("a pasted list", () => {
  it("is one address for each line, comma or semicolon", () => {
    const text = "a@x.example\r\n\n b@x.example ; c@x.example, María Ruiz <maria@x.example>\nnonsense";
    expect(addressesOf(text)).toEqual([
      "a@x.example",
      "b@x.example",
      "c@x.example",
      "maria@x.example",
      "nonsense",
    ]);
  });
});

describe("filters in the address", () => {
  it("keeps what it knows and writes what says something", () => {
    const search = parseInvitationSearch({ state: "pending", search: "a b", cursor: 3, other: "x" });
    expect(search).toEqual({ state: "pending", search: "a b", organization_id: "", cursor: "" });
    expect(parseInvitationSearch({ organization_id: "org_a" }).organization_id).toBe("org_a");
    expect(parseInvitationSearch({ state: "burnt" }).state).toBe("");
    expect(invitationUrl(search)).toEqual({ state: "pending", search: "a b" });
  });
});

describe("what is none of the addresses", () => {
  it("is told before they are sent, but not of the one that is being typed", () => {
    expect(badAddresses("a@x.example\nnonsense\nb@", false)).toEqual(["nonsense", "b@"]);
    expect(badAddresses("a@x.example\nnonsense\nb@", true)).toEqual(["nonsense"]);
    expect(badAddresses("a@x.example\nnonsense\nb@,", true)).toEqual(["nonsense", "b@"]);
  });

  it("is not counted, nor is anybody twice", () => {
    expect(countGood(addressesOf("a@x.example\nnonsense\nA@x.example, Bo <bo@x.example>"))).toBe(2);
    expect(countGood([])).toBe(0);
  });
});
