import type { Option } from "./choices";
import classes from "./organizations.module.css";

/** An organization to choose, over the way to it; a row that is none has its label only. */
export function PlaceOption({ label, place }: { label: string; place: Option | undefined }) {
  return (
    <span className={classes.pickText}>
      <span className="truncate" dir="auto">
        {label}
      </span>
      {place?.path && place.path.length > 0 && (
        <span className={`${classes.about} truncate`}>{place.path.join(" / ")}</span>
      )}
    </span>
  );
}
