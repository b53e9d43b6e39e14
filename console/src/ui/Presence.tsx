import { t } from "@lingui/core/macro";
import type { Presence as PresenceValue } from "@/api/types";
import classes from "./Presence.module.css";

export function presenceName(presence: PresenceValue): string {
  const names: Record<PresenceValue, string> = { online: t`Online`, away: t`Away`, offline: t`Offline` };
  return names[presence];
}

/** A disc, a disc with a notch or a ring: the shape tells them apart without colour. */
export function PresenceDot({ presence }: { presence: PresenceValue }) {
  return <span className={classes.dot} data-presence={presence} aria-hidden="true" />;
}

/** Whether somebody is there, in a word. */
export function Presence({ presence }: { presence: PresenceValue }) {
  return (
    <span className={classes.presence}>
      <PresenceDot presence={presence} />
      {presenceName(presence)}
    </span>
  );
}
