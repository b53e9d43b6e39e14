import { Trans } from "@lingui/react/macro";
import { IconAlertTriangle } from "@tabler/icons-react";
import { errorText } from "@/api/messages";
import { Again, ErrorState } from "./ErrorState";
import classes from "./ui.module.css";

type Loaded = {
  data: unknown;
  error: unknown;
  isError: boolean;
  isFetching: boolean;
  refetch: () => Promise<unknown>;
};

/** What could not be loaded: in place of it when there is nothing to show, else in a line above what there is. */
export function LoadProblem({ query }: { query: Loaded }) {
  if (!query.isError) return null;
  if (query.data !== undefined) return <StaleNote query={query} />;
  return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
}

/** Says that what is shown could not be refreshed, and offers to try again. */
export function StaleNote({ query }: { query: Loaded }) {
  if (!query.isError || query.data === undefined) return null;
  const why = errorText(query.error);
  return (
    <div className={classes.staleNote} role="alert">
      <IconAlertTriangle size={18} stroke={1.75} color="var(--bad)" aria-hidden="true" />
      <span>
        <Trans>This could not be refreshed; what you see may be out of date. {why}</Trans>
      </span>
      <Again error={query.error} onRetry={() => void query.refetch()} busy={query.isFetching} compact />
    </div>
  );
}
