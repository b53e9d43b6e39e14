import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { IconHandStop, IconMapOff, IconPlayerPause, IconWorldOff } from "@tabler/icons-react";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type ApiError, isApiError } from "@/api/errors";
import { errorText, spokenCode } from "@/api/messages";
import { ErrorState, HomeLink } from "@/ui/ErrorState";
import { EmptyState, useDocumentTitle } from "@/ui/Page";
import { CopyButton } from "@/ui/Secret";
import classes from "@/ui/ui.module.css";
import { useSignOut } from "./useSignOut";

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

type StopProps = {
  heading: string;
  icon: ReactNode;
  title: string;
  text: string;
  /** What to take along. */
  children?: ReactNode;
  onRetry: () => void;
};

/** For who is signed in and may go on nowhere: why that is, and the two ways from here. */
function StopPage({ heading, icon, title, text, children, onRetry }: StopProps) {
  const signOut = useSignOut();
  return (
    <main>
      <h1 className="visually-hidden">{heading}</h1>
      <EmptyState
        icon={icon}
        title={title}
        text={signOut.isError ? errorText(signOut.error) : text}
        action={
          <>
            {children}
            <Group>
              <Button variant="default" onClick={onRetry}>
                <Trans>Try again</Trans>
              </Button>
              <Button loading={signOut.isPending} onClick={() => signOut.mutate()}>
                <Trans>Sign out</Trans>
              </Button>
            </Group>
          </>
        }
      />
    </main>
  );
}

/** All of their organizations are suspended. */
function SuspendedPage({ onRetry }: { onRetry: () => void }) {
  return (
    <StopPage
      heading={t`Organization suspended`}
      icon={<IconPlayerPause size={32} stroke={1.5} aria-hidden="true" />}
      title={t`Your organization is suspended`}
      text={t`Nobody can work in it at present. Ask whoever manages it. Your account and its data are still there.`}
      onRetry={onRetry}
    />
  );
}

/** They come from where an allowlist lets nobody in. */
function RefusedPage({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  const { address = "", refusal_code: code = "" } = error.problem;
  const spoken = spokenCode(code);
  return (
    <StopPage
      heading={t`Network refused`}
      icon={<IconWorldOff size={32} stroke={1.5} aria-hidden="true" />}
      title={t`A rule of your organization refuses this network`}
      text={
        code
          ? t`You can't work from the address ${address}. Give this code to an administrator: it shows them the rule, and they can let you in. Then try again here, or use a network that is allowed.`
          : t`You can't work from the address ${address}. Ask an administrator, or use a network that is allowed.`
      }
      onRetry={onRetry}
    >
      {code && (
        <Group gap={12} justify="center" mb={16}>
          <code className={classes.code}>{spoken}</code>
          <CopyButton value={spoken}>
            <Trans>Copy the code</Trans>
          </CopyButton>
        </Group>
      )}
    </StopPage>
  );
}

export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const suspended = isApiError(error, "organization_suspended");
  const refused = isApiError(error, "ip_refused");
  useDocumentTitle(
    suspended ? t`Organization suspended` : refused ? t`Network refused` : t`Something went wrong`,
  );
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (suspended) return <SuspendedPage onRetry={retry} />;
  if (refused) return <RefusedPage error={error} onRetry={retry} />;
  return (
    <div>
      <h1 className={`${classes.pageTitle} visually-hidden`}>{t`Something went wrong`}</h1>
      <ErrorState error={error} onRetry={retry} />
    </div>
  );
}
