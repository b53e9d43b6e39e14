import { act, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useFocusNet } from "./useFocusNet";

function Rows() {
  useFocusNet();
  const [there, setThere] = useState(true);
  return (
    <main>
      <h1>People</h1>
      {there && (
        <button type="button" onClick={() => setThere(false)}>
          {"Delete"}
        </button>
      )}
      <button type="button">{"Stays"}</button>
    </main>
  );
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const wait = (time: number) => act(() => vi.advanceTimersByTime(time));

it("the focus that goes with what it was on moves to the heading", () => {
  render(<Rows />);
  const button = screen.getByText("Delete");
  button.focus();
  fireEvent.keyDown(button, { key: "Enter" });
  fireEvent.click(button);
  wait(1000);
  expect(document.activeElement).toBe(screen.getByRole("heading"));
});

it("it is left alone where it is on something, and where somebody clicks", () => {
  render(<Rows />);
  const stays = screen.getByText("Stays");
  stays.focus();
  fireEvent.keyDown(stays, { key: "Enter" });
  wait(6000);
  expect(document.activeElement).toBe(stays);
  const button = screen.getByText("Delete");
  button.focus();
  fireEvent.click(button);
  wait(6000);
  expect(document.activeElement).toBe(document.body);
});
