import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { IconHandStop, IconMapOff, IconPlayerPause } from "@tabler/icons-react";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { isApiError } from "@/api/errors";
import { errorText } from "@/api/messages";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState, useDocumentTitle } from "@/ui/Page";
import classes from "@/ui/ui.module.css";
import { useSignOut } from "./useSignOut";

function HomeLink() {
  return (
    <Button component={Link} to="/" variant="default">
      <Trans>Go to my start page</Trans>
    </Button>
  );
}

export function ForbiddenPage() {
  useDocumentTitle(t`No access`);
  return (
    <>
      <h1 className="visually-hidden">{t`No access`}</h1>
      <EmptyState
        icon={<IconHandStop size={32} stroke={1.5} aria-hidden="true" />}
        title={t`You don't have access to this page`}
        text={t`Your administrator decides what you can open. Your account page lists what you can do.`}
        action={<HomeLink />}
      />
    </>
  );
}

/** An address that leads nowhere, in place of a page in the frame of the others. */
export function NotFoundPage() {
  useDocumentTitle(t`Page not found`);
  return (
    <div>
      <h1 className="visually-hidden">{t`Page not found`}</h1>
      <EmptyState
        icon={<IconMapOff size={32} stroke={1.5} aria-hidden="true" />}
        title={t`There is no page at this address`}
        text={t`It may have moved, or the address was mistyped.`}
        action={<HomeLink />}
      />
    </div>
  );
}

/** The same with no frame around it. */
export function NowherePage() {
  return (
    <main>
      <NotFoundPage />
    </main>
  );
}

/** For who is signed in and may act nowhere, because all of their organizations are suspended. */
function SuspendedPage({ onRetry }: { onRetry: () => void }) {
  const signOut = useSignOut();
  return (
    <main>
      <h1 className="visually-hidden">{t`Organization suspended`}</h1>
      <EmptyState
        icon={<IconPlayerPause size={32} stroke={1.5} aria-hidden="true" />}
        title={t`Your organization is suspended`}
        text={
          signOut.isError
            ? errorText(signOut.error)
            : t`Nobody can work in it at present. Ask whoever manages it. Your account and its data are still there.`
        }
        action={
          <Group>
            <Button variant="default" onClick={onRetry}>
              <Trans>Try again</Trans>
            </Button>
            <Button loading={signOut.isPending} onClick={() => signOut.mutate()}>
              <Trans>Sign out</Trans>
            </Button>
          </Group>
        }
      />
    </main>
  );
}

export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const suspended = isApiError(error, "organization_suspended");
  useDocumentTitle(suspended ? t`Organization suspended` : t`Something went wrong`);
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (suspended) return <SuspendedPage onRetry={retry} />;
  return (
    <div>
      <h1 className={`${classes.pageTitle} visually-hidden`}>{t`Something went wrong`}</h1>
      <ErrorState error={error} onRetry={retry} />
    </div>
  );
}
