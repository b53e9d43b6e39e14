import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, PasswordInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { client, ifMatch, sendBytes, unwrap } from "@/api/client";
import { fieldErrors, isApiError } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { User } from "@/api/types";
import { formatList, setTimezone, timezones } from "@/app/format";
import { sessionQuery, useSession } from "@/app/session";
import formClasses from "@/features/users/UserForm.module.css";
import { isEmail } from "@/features/users/userForm";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { type PhotoChange, PhotoField } from "@/ui/photo/PhotoField";
import { UnsavedGuard } from "@/ui/Unsaved";
import { useDraft } from "@/ui/useDraft";
import { type Profile, profileOf, profilePatch } from "./profile";
import { meQuery } from "./queries";

/** Saves what differs, then the photo; onSaved is told what the server has after the first step, to go on from. */
export async function saveProfile(
  me: User,
  profile: Profile,
  password: string,
  photo: PhotoChange,
  onSaved: (saved: User) => void,
): Promise<void> {
  const patch = profilePatch(profileOf(me), profile, password);
  if (patch) {
    const saved = await unwrap<User>(
      client.PATCH("/me", {
        params: { header: { "If-Match": ifMatch(me.version) } },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: patch,
      }),
    );
    onSaved(saved);
  }
  if (photo === "remove") await unwrap(client.DELETE("/me/photo"));
  if (photo instanceof Blob) await sendBytes("PUT", "/api/v1/me/photo", photo);
}

/** One's own name, address, photo and timezone. */
export function ProfileForm({ me: given }: { me: User }) {
  const queryClient = useQueryClient();
  const impersonating = Boolean(useSession().impersonation);
  const [password, setPassword] = useState("");
  const [photo, setPhoto] = useState<PhotoChange>(null);
  const { base: me, values: profile, set, adopt, told } = useDraft(given, profileOf);
  const zones = useMemo(() => timezones(profile.timezone), [profile.timezone]);
  const save = useMutation({
    mutationFn: (sent: Profile) =>
      saveProfile(me, sent, password, photo, (saved) => {
        adopt(saved, sent);
        queryClient.setQueryData(meQuery.queryKey, saved);
      }),
    onError: told,
    onSuccess: async () => {
      setPhoto(null);
      setPassword("");
      notifyDone(t`Your profile is saved.`);
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      // Whoever has chosen no timezone goes by that of the company, which the session knows.
      setTimezone(queryClient.getQueryData(sessionQuery.queryKey)?.user.effective_timezone);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
        queryClient.invalidateQueries({ queryKey: ["users"] }),
      ]);
    },
  });
  const errors = fieldErrors(save.error, fieldText);
  const newEmail = profile.email.trim() !== me.email;
  const missing = [
    profile.first_name.trim() === "" && t`First name`,
    profile.last_name.trim() === "" && t`Last name`,
    !isEmail(profile.email) && t`E-mail`,
    newEmail && password === "" && t`Current password`,
  ].filter((entry) => entry !== false);
  const changed = profilePatch(profileOf(me), profile, "") !== null || photo !== null;
  const note =
    missing.length > 0 ? t`Missing: ${formatList(missing)}` : changed ? "" : t`Nothing has changed yet.`;
  const field = (name: keyof Profile, label: string, autoComplete: string, type = "text") => (
    <TextInput
      label={label}
      type={type}
      autoComplete={autoComplete}
      value={profile[name]}
      error={errors[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (note === "" && !save.isPending) save.mutate(profile);
  };
  const wrongPassword = isApiError(save.error, "invalid_credentials")
    ? t`This is not your current password.`
    : undefined;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={560}>
        <UnsavedGuard changed={changed} by={["tab"]} />
        <FormAlert
          error={wrongPassword ? null : save.error}
          shown={[...Object.keys(profile), "current_password"]}
        />
        <PhotoField name={me.full_name} current={me.photo_thumb_url} change={photo} onChange={setPhoto} />
        <div className={formClasses.two}>
          {field("first_name", t`First name`, "given-name")}
          {field("last_name", t`Last name`, "family-name")}
        </div>
        <div className={formClasses.two}>
          {field("nickname", t`Nickname`, "nickname")}
          {field("phone", t`Phone`, "tel", "tel")}
        </div>
        {impersonating ? (
          <TextInput label={t`E-mail`} value={me.email} readOnly variant="filled" />
        ) : (
          field("email", t`E-mail`, "email", "email")
        )}
        {newEmail && (
          <PasswordInput
            label={t`Current password`}
            description={t`Needed because you sign in with the e-mail address.`}
            autoComplete="current-password"
            value={password}
            error={wrongPassword ?? errors.current_password}
            aria-invalid={(wrongPassword ?? errors.current_password) ? true : undefined}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t`Show or hide the password`, tabIndex: 0 }}
          />
        )}
        <Select
          label={t`Time zone`}
          placeholder={t`As the organization`}
          data={zones}
          searchable
          clearable
          limit={80}
          nothingFoundMessage={t`No such time zone`}
          value={profile.timezone || null}
          error={errors.timezone}
          onChange={(value) => set({ timezone: value ?? "" })}
          clearButtonProps={{ "aria-label": t`Clear the time zone` }}
        />
        <Group>
          <Button type="submit" disabled={note !== ""} loading={save.isPending}>
            <Trans>Save</Trans>
          </Button>
          <Text component="span" size="sm" c="dimmed" role="status">
            {note}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
