import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { formatNumber } from "@/app/format";
import classes from "./ui.module.css";

type Props = {
  label: string;
  value: number | undefined;
  /** Where the number comes from, to say when it could not be loaded. */
  query: { isError: boolean; refetch: () => Promise<unknown> };
  icon?: ReactNode;
};

/** One number with its name. Its height is the same while loading, and when that failed. */
export function StatCard({ label, value, query, icon }: Props) {
  return (
    <div className={classes.stat}>
      <p className={classes.statLabel}>
        {icon}
        {label}
      </p>
      <div className={classes.statValue}>
        {value !== undefined ? (
          formatNumber(value)
        ) : query.isError ? (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={t`Load ${label} again`}
            onClick={() => void query.refetch()}
          >
            <Trans>Try again</Trans>
          </Button>
        ) : (
          <Skeleton height={24} width={72} mt={6} />
        )}
      </div>
    </div>
  );
}
