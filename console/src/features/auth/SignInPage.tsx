import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { client, unwrap } from "@/api/client";
import { errorText } from "@/api/messages";
import type { Session } from "@/api/types";
import { followIdentity, tellOthers, whoIsHere } from "@/app/identity";
import { safeReturnPath } from "@/app/paths";
import { sessionQuery } from "@/app/session";
import { ErrorState } from "@/ui/ErrorState";
import { AuthLayout } from "./AuthLayout";
import { useSignInOptions } from "./options";

function useSignIn() {
  const queryClient = useQueryClient();
  const router = useRouter();
  const search = useSearch({ strict: false });
  return useMutation({
    mutationFn: (body: { tenant?: string; email: string; password: string }) =>
      unwrap<Session>(client.POST("/session", { body })),
    onSuccess: async (session) => {
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, session);
      tellOthers();
      const back = safeReturnPath(search.redirect) ?? "/";
      await router.navigate({
        href: session.must_change_password ? "/change-password" : back,
        replace: true,
      });
    },
  });
}

/** Goes on once somebody has signed in in another tab, unless one is about to here. */
function useOthersSignIn(busy: boolean, redirect: string | undefined) {
  useEffect(() => {
    if (busy) return;
    return followIdentity(async () => {
      if (await whoIsHere()) window.location.assign(safeReturnPath(redirect) ?? "/");
    });
  }, [busy, redirect]);
}

export function SignInPage() {
  const search = useSearch({ strict: false });
  const options = useSignInOptions();
  const [tenant, setTenant] = useState(search.tenant ?? "");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn();
  useOthersSignIn(email !== "" || password !== "", search.redirect);

  if (options.isError) return <ErrorState error={options.error} onRetry={() => void options.refetch()} />;
  if (options.data?.setup_needed) return <SetupNeeded />;
  const askTenant = options.data?.ask_tenant ?? false;
  const company = options.data?.tenant ?? null;
  const brand = options.data?.brand ?? null;
  const complete = email.trim() !== "" && password !== "" && (!askTenant || tenant.trim() !== "");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!complete || signIn.isPending) return;
    const named = tenant.trim() || company?.short_name;
    signIn.mutate({ ...(named ? { tenant: named } : {}), email: email.trim(), password });
  };
  return (
    <AuthLayout
      title={t`Sign in`}
      tenant={brand}
      lead={
        brand
          ? t`Use your e-mail address at ${brand.name}.`
          : t`Use the e-mail address you were invited with.`
      }
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {signIn.isError ? (
            <Alert color="red" role="alert">
              {errorText(signIn.error)}
            </Alert>
          ) : (
            <Notice kind={search.notice} />
          )}
          {askTenant && (
            <TextInput
              label={t`Company short name`}
              description={t`As your administrator gave it to you, for example “acme”.`}
              autoComplete="organization"
              autoCapitalize="none"
              required
              withAsterisk={false}
              value={tenant}
              onChange={(event) => setTenant(event.currentTarget.value)}
            />
          )}
          <TextInput
            label={t`E-mail`}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t`Password`}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t`Show or hide the password`, tabIndex: 0 }}
          />
          <Button type="submit" fullWidth size="md" loading={signIn.isPending}>
            <Trans>Sign in</Trans>
          </Button>
          <Anchor component={Link} to="/forgot-password" ta="center" size="sm">
            <Trans>Forgot your password?</Trans>
          </Anchor>
        </Stack>
      </form>
    </AuthLayout>
  );
}

function Notice({ kind }: { kind: string | undefined }) {
  if (kind === "password-changed") {
    return (
      <Alert color="green.8" role="status">
        <Trans>Your password is changed. Sign in with the new one.</Trans>
      </Alert>
    );
  }
  if (kind === "signed-out") {
    return (
      <Alert color="gray" role="status">
        <Trans>You were signed out.</Trans>
      </Alert>
    );
  }
  if (kind === "unsaved-lost") {
    return (
      <Alert color="gray" role="status">
        <Trans>You were signed out. What was not saved is lost.</Trans>
      </Alert>
    );
  }
  return null;
}

function SetupNeeded() {
  return (
    <AuthLayout title={t`Almost there`} lead={t`This server has not been set up yet.`}>
      <Trans>Open the set-up link that the server printed when it started. It works once.</Trans>
    </AuthLayout>
  );
}
