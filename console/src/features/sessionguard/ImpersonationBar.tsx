import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconArrowBackUp, IconEye, IconPencil } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Session } from "@/api/types";
import { formatDateTime } from "@/app/format";
import { goBackToSelf } from "@/app/impersonation";
import { AllowChanges } from "@/ui/AllowChanges";
import { notifyFailed } from "@/ui/notify";
import classes from "./sessionguard.module.css";

/** Says on every page who is logged in as whom, and leads back. */
export function ImpersonationBar({ session }: { session: Session }) {
  const as = session.impersonation;
  useEffect(() => {
    document.documentElement.dataset.impersonating = "true";
    return () => {
      delete document.documentElement.dataset.impersonating;
    };
  }, []);
  const back = useMutation({
    mutationFn: () => goBackToSelf(),
    // Without a connection it is told at once, not tried later, when nobody expects it any more.
    networkMode: "always",
    onError: notifyFailed,
  });
  if (!as) return null;
  const name = session.user.full_name;
  const actor = as.by.full_name;
  const until = formatDateTime(as.expires_at, { timeStyle: "short" });
  const Icon = as.may_change ? IconPencil : IconEye;
  return (
    <aside className={classes.bar} aria-label={t`Logged in as somebody else`}>
      <Icon size={20} stroke={1.75} aria-hidden="true" />
      <p className={classes.barText}>
        <span>
          <Trans>
            <strong>{actor}</strong>, you are logged in as <strong>{name}</strong> until {until}.
          </Trans>
        </span>{" "}
        <span>
          {as.may_change ? (
            <Trans>What you change is logged under both names.</Trans>
          ) : (
            <Trans>You can look, not change anything.</Trans>
          )}
        </span>
      </p>
      <AllowChanges />
      <Button
        size="sm"
        leftSection={<IconArrowBackUp size={16} stroke={1.75} />}
        loading={back.isPending || back.isSuccess}
        onClick={() => back.mutate()}
      >
        <Trans>Back to myself</Trans>
      </Button>
    </aside>
  );
}
