import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Button, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors, isApiError } from "@/api/errors";
import { errorText, fieldText } from "@/api/messages";
import type { Session } from "@/api/types";
import { actIn } from "@/app/acting";
import { pickedLanguage } from "@/app/i18n";
import { tellOthers } from "@/app/identity";
import { hashParam } from "@/app/paths";
import { AuthLayout } from "@/features/auth/AuthLayout";
import authClasses from "@/features/auth/auth.module.css";
import { NewPasswordInput } from "@/features/auth/NewPasswordInput";
import { useBrand, useSignInOptions } from "@/features/auth/options";
import { passwordStrength, personalWords } from "@/features/auth/password";
import { lookUp } from "./offer";
import type { InvitationOffer } from "./queries";

/** The page behind the link of an invitation. Opening it changes nothing: that takes a press of its button. */
export function AcceptPage() {
  const [token] = useState(() => hashParam(window.location.hash, "token"));
  const offer = useQuery({
    queryKey: ["invitation-offer", token],
    queryFn: () => lookUp(token),
    staleTime: 0,
    retry: false,
    enabled: token !== "",
  });
  useBrand(offer.data?.brand);
  if (!token || offer.isError) return <NoWay error={offer.error} />;
  if (!offer.data) {
    return (
      <AuthLayout title={t`Your invitation`}>
        <Skeleton height={160} />
      </AuthLayout>
    );
  }
  if (offer.data.other_person) return <SomebodyElse offer={offer.data} onDone={() => offer.refetch()} />;
  return <Accept token={token} offer={offer.data} />;
}

/** Why the link lets nobody in, and what to do. */
function NoWay({ error }: { error: unknown }) {
  const options = useSignInOptions();
  const fields = fieldErrors(error, (code) => code);
  const suspended =
    isApiError(error, "account_suspended") ||
    isApiError(error, "organization_suspended") ||
    isApiError(error, "tenant_suspended");
  const ofLink: Record<string, string> = {
    used_link: t`It was accepted already. Sign in instead.`,
    expired_link: t`It has expired. Ask the person who invited you for a new one.`,
    outdated_link: t`Your password was changed after it was sent. Sign in and open it again, or ask the person who invited you for a new one.`,
  };
  const why = () => {
    if (suspended) return t`Your account or the organization is suspended. Ask the person who invited you.`;
    if (error && !fields.token) return errorText(error);
    return t`It is incomplete, a newer one was sent, or the invitation was taken back.`;
  };
  const text = ofLink[fields.token ?? ""] ?? why();
  return (
    <AuthLayout
      tenant={options.data?.brand ?? null}
      title={suspended ? t`This invitation is on hold` : t`This link doesn't work`}
      lead={text}
    >
      <Anchor component={Link} to="/sign-in">
        <Trans>Go to sign-in</Trans>
      </Anchor>
    </AuthLayout>
  );
}

/** Another person's session is open in this browser: nothing happens before they sign out. */
function SomebodyElse({ offer, onDone }: { offer: InvitationOffer; onDone: () => Promise<unknown> }) {
  const queryClient = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => unwrap(client.DELETE("/session")),
    onSuccess: async () => {
      actIn("");
      tellOthers();
      queryClient.removeQueries({ queryKey: ["session"] });
      await onDone();
    },
  });
  return (
    <AuthLayout
      tenant={offer.brand}
      title={t`Somebody else is signed in`}
      lead={t`This invitation is for ${offer.email}, and ${offer.other_person} is signed in in this browser.`}
    >
      <Stack gap="md">
        {signOut.isError && (
          <Alert color="red" role="alert">
            {errorText(signOut.error)}
          </Alert>
        )}
        <Button size="md" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          <Trans>Sign {offer.other_person} out</Trans>
        </Button>
        <Anchor component={Link} to="/">
          <Trans>Stay signed in as {offer.other_person}</Trans>
        </Anchor>
      </Stack>
    </AuthLayout>
  );
}

function Accept({ token, offer }: { token: string; offer: InvitationOffer }) {
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const [password, setPassword] = useState("");
  const language = pickedLanguage();
  const accept = useMutation({
    mutationFn: () =>
      unwrap<Session>(
        client.POST("/invitations/accept", {
          body: {
            token,
            ...(!offer.has_account && {
              first_name: first,
              last_name: last,
              ...(language && { locale: language }),
            }),
            ...(offer.needs_password && { password }),
          },
        }),
      ),
    onSuccess: (session) => {
      actIn(session.organization.id);
      tellOthers();
      // A full load: nothing of before is left, and the organization's own look applies.
      window.location.assign("/");
    },
  });
  const errors = fieldErrors(accept.error, fieldText);
  const person = { first_name: offer.name || first, last_name: offer.name ? "" : last, email: offer.email };
  const personal = personalWords(person, offer.tenant);
  const least = offer.password_min_length;
  const strong = passwordStrength(password, personal, least).problem === null;
  const ready =
    (offer.has_account || (first.trim() !== "" && last.trim() !== "")) && (!offer.needs_password || strong);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !accept.isPending) accept.mutate();
  };
  const { organization, invited_by: inviter, email, name } = offer;
  const lead = offer.signs_in
    ? t`${name}, your account (${email}) is ready. ${inviter} has set it up for you.`
    : offer.has_account
      ? t`${inviter} invites you to ${organization}. You join with the account you have: ${email}.`
      : t`${inviter} invites you to ${organization}. You will sign in as ${email}.`;
  return (
    <AuthLayout
      tenant={offer.brand}
      title={offer.signs_in ? t`Welcome to ${organization}` : t`Join ${organization}`}
      lead={lead}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {accept.isError && (Object.keys(errors).length === 0 || errors.token) && (
            <Alert color="red" role="alert">
              {errors.token ?? errorText(accept.error)}
            </Alert>
          )}
          {!offer.has_account && (
            <div className={authClasses.two}>
              <TextInput
                label={t`First name`}
                autoComplete="given-name"
                value={first}
                error={errors.first_name}
                onChange={(event) => setFirst(event.currentTarget.value)}
              />
              <TextInput
                label={t`Last name`}
                autoComplete="family-name"
                value={last}
                error={errors.last_name}
                onChange={(event) => setLast(event.currentTarget.value)}
              />
            </div>
          )}
          {offer.needs_password && (
            <>
              <input type="hidden" autoComplete="username" value={email} readOnly />
              {offer.has_account && (
                <Text size="sm" c="dimmed">
                  <Trans>
                    Choose a new password for your account. It takes the place of the one before, and whoever
                    was signed in with that is signed out.
                  </Trans>
                </Text>
              )}
              <NewPasswordInput
                label={t`Choose a password`}
                value={password}
                onChange={setPassword}
                personal={personal}
                least={least}
                error={errors.password}
              />
            </>
          )}
          <Button type="submit" size="md" disabled={!ready} loading={accept.isPending}>
            {offer.signs_in ? t`Sign in to ${organization}` : t`Join ${organization}`}
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  );
}
