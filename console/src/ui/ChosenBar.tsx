import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./ChosenBar.module.css";

type Props = {
  label: string;
  /** How many are chosen, in words. */
  text: string;
  /** The buttons for what can be done with them. */
  children: ReactNode;
  onClear: () => void;
};

/** What can be done with the rows chosen. It stands after them, in sight at the end of the window, and moves none. */
export function ChosenBar({ label, text, children, onClear }: Props) {
  return (
    <section className={classes.bar} data-chosen-bar aria-label={label}>
      <span className={classes.text} role="status">
        {text}
      </span>
      {children}
      <Button variant="subtle" color="gray" onClick={onClear}>
        <Trans>Clear selection</Trans>
      </Button>
    </section>
  );
}
