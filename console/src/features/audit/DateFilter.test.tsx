import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { DateFilter } from "./DateFilter";

const sent = vi.fn();

function Filter({ first }: { first: string }) {
  const [day, setDay] = useState(first);
  const change = (next: string) => {
    sent(next);
    setDay(next);
  };
  return (
    <>
      <DateFilter label="From" value={day} onChange={change} />
      <button type="button" onClick={() => setDay("")}>
        Clear filters
      </button>
    </>
  );
}

const field = () => screen.getByLabelText("From") as HTMLInputElement;

/** What a browser makes of a date whose year is typed last. */
const type = (...days: string[]) => {
  for (const value of days) fireEvent.change(field(), { target: { value } });
};

const show = (first = "") =>
  render(
    <MantineProvider>
      <Filter first={first} />
    </MantineProvider>,
  );

beforeEach(() => sent.mockClear());

test("a date that is typed counts once its year is whole", () => {
  show();
  type("0002-11-20", "0020-11-20", "0202-11-20");
  expect(field().value).toBe("0202-11-20");
  expect(sent).not.toHaveBeenCalled();
  type("2026-11-20");
  expect(sent.mock.calls).toEqual([["2026-11-20"]]);
});

test("a date that is taken out counts when the field is left or Enter is pressed", () => {
  show("2026-11-20");
  type("");
  expect(sent).not.toHaveBeenCalled();
  fireEvent.keyDown(field(), { key: "Enter" });
  expect(sent.mock.calls).toEqual([[""]]);
  type("2026-11-21", "");
  fireEvent.blur(field());
  expect(sent.mock.calls.at(-1)).toEqual([""]);
});

test("a date that nobody means gives way to the one that counts when the field is left", () => {
  show("2026-11-20");
  type("0002-11-20");
  fireEvent.blur(field());
  expect(field().value).toBe("2026-11-20");
  expect(sent).not.toHaveBeenCalled();
});

test("what is cleared elsewhere is cleared here", () => {
  show("2026-11-20");
  fireEvent.click(screen.getByText("Clear filters"));
  expect(field().value).toBe("");
});
