import { plural } from "@lingui/core/macro";
import classes from "./ui.module.css";

/** On a button that hides filters: how many of them are set. */
export function SetCount({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className={classes.count}>
      <span aria-hidden="true">{count}</span>
      <span className="visually-hidden">
        {plural(count, { one: "# filter is set", other: "# filters are set" })}
      </span>
    </span>
  );
}
