import { TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import classes from "./audit.module.css";
import { isLikelyDay, lastDay } from "./filters";

type Props = {
  label: string;
  value: string;
  min?: string | undefined;
  max?: string | undefined;
  onChange: (day: string) => void;
};

/**
 * Asks for a day. Each digit of a year is a day to the browser: one counts when its year can be meant, and none when the
 * field is left or Enter is pressed.
 */
export function DateFilter({ label, value, min, max, onChange }: Props) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    // The address changed by other means (back, a link, "clear"): follow it.
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  const send = (day: string) => {
    if (day === sent.current) return;
    sent.current = day;
    onChange(day);
  };
  const type = (day: string) => {
    setText(day);
    if (isLikelyDay(day)) send(day);
  };
  const done = () => {
    if (text === "") send("");
    // What does not count is not left standing there.
    else if (!isLikelyDay(text)) setText(sent.current);
  };
  return (
    <TextInput
      className={classes.date}
      type="date"
      aria-label={label}
      leftSection={<span className={classes.prefix}>{label}</span>}
      leftSectionWidth={48}
      value={text}
      min={min}
      // Browsers take years of six digits where there is no end.
      max={max ?? lastDay}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => event.key === "Enter" && done()}
    />
  );
}
