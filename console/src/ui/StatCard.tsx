import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { formatNumber } from "@/app/format";
import classes from "./ui.module.css";

/** One number with its name. Its height is the same while loading. */
export function StatCard({
  label,
  value,
  icon,
}: {
  label: string;
  value: number | undefined;
  icon?: ReactNode;
}) {
  return (
    <div className={classes.stat}>
      <p className={classes.statLabel}>
        {icon}
        {label}
      </p>
      <p className={classes.statValue}>
        {value === undefined ? <Skeleton height={24} width={72} mt={6} /> : formatNumber(value)}
      </p>
    </div>
  );
}
