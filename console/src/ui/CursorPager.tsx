import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./ui.module.css";
import { useShortcuts } from "./useShortcuts";

type Props = {
  next: string | null | undefined;
  previous: string | null | undefined;
  onGo: (cursor: string) => void;
  note?: ReactNode;
  /** What there are pages of, where a screen has several such lists: only the first of them has the keys. */
  of?: string;
};

/** A button that does nothing at present and keeps the focus that it has. */
function unavailable(when: boolean) {
  return when ? { "data-disabled": true, "aria-disabled": true } : {};
}

/** Previous and next page of a list that is paged by cursor. The keys n and p do the same. */
export function CursorPager({ next, previous, onGo, note, of }: Props) {
  useShortcuts(
    of === undefined
      ? {
          n: () => next && onGo(next),
          p: () => previous && onGo(previous),
        }
      : {},
  );
  if (!next && !previous && !note) return null;
  return (
    <nav className={classes.pager} aria-label={of ?? t`Pages`}>
      <span className={classes.pagerText}>{note}</span>
      {(next || previous) && (
        <>
          <Button
            variant="default"
            leftSection={<IconChevronLeft size={16} />}
            {...unavailable(!previous)}
            onClick={() => previous && onGo(previous)}
          >
            <Trans>Previous</Trans>
          </Button>
          <Button
            variant="default"
            rightSection={<IconChevronRight size={16} />}
            {...unavailable(!next)}
            onClick={() => next && onGo(next)}
          >
            <Trans>Next</Trans>
          </Button>
        </>
      )}
    </nav>
  );
}
