import { describe, expect, it } from "vitest";
import { choicesOf, moreValue, type Ref } from "./choices";

const place = (id: string) => ({ id, name: id.toUpperCase(), is_root: false });

describe("the organizations to choose from", () => {
  it("are those that were found", () => {
    const { choices, added } = choicesOf(
      { items: [place("a"), place("b")], more: false },
      [place("b")],
      "more",
    );
    expect(choices).toEqual([
      { value: "a", label: "A" },
      { value: "b", label: "B" },
    ]);
    expect(added).toEqual([]);
  });

  it("always have the chosen one, and say when there are more", () => {
    const { choices, places, added } = choicesOf({ items: [place("a")], more: true }, [place("z")], "more");
    expect(choices.map((choice) => choice.value)).toEqual(["z", "a", moreValue]);
    expect(choices.at(-1)).toEqual({ value: moreValue, label: "more", disabled: true });
    expect(added).toEqual(["z"]);
    expect(places.has(moreValue)).toBe(false);
  });

  it("are the chosen one alone while nothing is known", () => {
    expect(choicesOf(undefined, [place("z")], "more").choices).toEqual([{ value: "z", label: "Z" }]);
  });
});

describe("several organizations to choose from", () => {
  const chosen = [
    { id: "z", name: "Z" },
    { id: "a", name: "A" },
  ];

  it("are what was found and what is chosen, each once and with its name", () => {
    const { choices, places } = choicesOf<Ref>(
      { items: [place("a"), place("b")], more: false },
      chosen,
      "more",
    );
    expect(choices.map((choice) => choice.value)).toEqual(["z", "a", "b"]);
    expect(places.get("z")?.name).toBe("Z");
    expect(places.get("b")?.name).toBe("B");
  });

  it("leave out the one that can't be chosen, and say when there are more", () => {
    const { choices } = choicesOf({ items: [place("a"), place("b")], more: true }, [], "more", "a");
    expect(choices.map((choice) => choice.value)).toEqual(["b", moreValue]);
  });

  it("are the chosen ones while nothing is known", () => {
    expect(choicesOf(undefined, chosen, "more").choices.map((c) => c.value)).toEqual(["z", "a"]);
  });
});
