import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, ifMatch, sendBytes, unwrap } from "@/api/client";
import { fieldErrors, isApiError } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { User } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { FieldInputs } from "@/features/fields/FieldInputs";
import { useOwnFields } from "@/features/fields/useOwnFields";
import type { changedValues } from "@/features/fields/values";
import { rolesQuery } from "@/features/roles/queries";
import { ErrorState } from "@/ui/ErrorState";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import { type PhotoChange, PhotoField } from "@/ui/photo/PhotoField";
import { SkeletonFields } from "@/ui/Skeletons";
import { stateWords, withoutTouched } from "./AddUserPanel";
import { allows, toPerson, withGone } from "./actions";
import { ConflictDialog } from "./ConflictDialog";
import { useListsWithout, useRefreshUsers, userQuery } from "./queries";
import { DetailFields, IdentityFields, ReachField, RolesField } from "./UserFields";
import {
  diffPatch,
  type FieldName,
  missingFields,
  shownFields,
  type UserValues,
  valuesOf,
  wrongFields,
} from "./userForm";
import { userTypeName } from "./userTypes";

type Props = { user: User; opened: boolean; onClose: () => void };

/** Edits a person: sends only what changed, and never over somebody else's change unseen. */
export function EditUserPanel({ user, opened, onClose }: Props) {
  // The row may be a little old: the form starts from what the server has now.
  const fresh = useQuery({ ...userQuery(user.id), enabled: opened, staleTime: 0 });
  // Once it stands, it stays: whatever has the person fetched again takes away nothing that was typed.
  const [begun, setBegun] = useState<User | null>(null);
  if (opened && !begun && fresh.data && !fresh.isFetching) setBegun(fresh.data);
  if (!opened && begun) setBegun(null);
  useListsWithout(fresh.error);
  return begun && opened ? (
    <EditForm key={begun.id} user={begun} opened={opened} onClose={onClose} />
  ) : (
    <Panel
      opened={opened}
      title={t`Edit ${user.full_name}`}
      changed={false}
      onClose={onClose}
      onSubmit={() => {}}
      footer={
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      }
    >
      {fresh.isError && !fresh.isFetching ? (
        // The button below is the way back.
        <ErrorState error={withGone(fresh.error)} onRetry={() => void fresh.refetch()} back={false} />
      ) : (
        <SkeletonFields count={7} />
      )}
    </Panel>
  );
}

type OwnChange = ReturnType<typeof changedValues>;

/**
 * Saves what differs from base, then the photo. onSaved is told what the server has after the first step: whoever
 * tries again after a photo that was refused goes on from there, and meets no change of their own as somebody else's.
 */
export async function saveUser(
  base: User,
  values: UserValues,
  custom: OwnChange,
  photo: PhotoChange,
  version: User["version"],
  onSaved: (saved: User) => void,
): Promise<User> {
  const patch = diffPatch(valuesOf(base), values);
  const path = { id: base.id };
  let saved = base;
  if (patch || custom) {
    saved = await toPerson(
      unwrap<User>(
        client.PATCH("/users/{id}", {
          params: { path, header: { "If-Match": ifMatch(version) } },
          headers: { "Content-Type": "application/merge-patch+json" },
          body: { ...patch, ...(custom && { custom_fields: custom }) },
        }),
      ),
    );
    onSaved(saved);
  }
  if (photo === "remove")
    saved = await unwrap<User>(client.DELETE("/users/{id}/photo", { params: { path } }));
  if (photo instanceof Blob) saved = await sendBytes<User>("PUT", `/api/v1/users/${base.id}/photo`, photo);
  return saved;
}

function EditForm({ user, opened, onClose }: Props) {
  const may = useCan();
  const { organization, user: self } = useSession();
  const me = self.id;
  const refresh = useRefreshUsers();
  const [base, setBase] = useState(user);
  const [values, setValues] = useState(() => valuesOf(user));
  const [photo, setPhoto] = useState<PhotoChange>(null);
  const [touched, setTouched] = useState<Partial<Record<FieldName, boolean>>>({});
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") });
  const mutation = useMutation({
    mutationFn: (version: User["version"]) => saveUser(base, values, own.changed, photo, version, setBase),
    onSuccess: async (saved) => {
      onClose();
      notifyDone(t`${saved.full_name} is saved.`);
      await refresh();
    },
  });
  const own = useOwnFields(base.custom_fields, base.user_type, mutation.error);
  const conflict = isApiError(mutation.error, "precondition_failed")
    ? ((mutation.error.problem.current as User | undefined) ?? null)
    : null;
  const missing = missingFields(values);
  const wrong = wrongFields(values);
  const fromServer = fieldErrors(mutation.error, fieldText, { roles: "role_ids" });
  const changed = diffPatch(valuesOf(base), values) !== null || own.changed !== null || photo !== null;
  const ready = changed && missing.length === 0 && Object.keys(wrong).length === 0 && own.ready;
  const change = <F extends FieldName>(field: F, value: UserValues[F]) => {
    setValues((old) => ({ ...old, [field]: value }));
    setTouched((old) => ({ ...old, [field]: true }));
  };
  const submit = () => {
    if (!ready || mutation.isPending) return;
    setTouched({});
    own.sent();
    mutation.mutate(base.version);
  };
  const takeTheirs = (current: User) => {
    setBase(current);
    setValues(valuesOf(current));
    own.reset(current.custom_fields);
    setPhoto(null);
    mutation.reset();
  };
  const form = { values, errors: { ...wrong, ...withoutTouched(fromServer, touched) }, onChange: change };
  const note =
    stateWords(missing, Object.keys(wrong) as FieldName[], own) ||
    (changed ? "" : t`Nothing has changed yet.`);
  const statusAction = values.status === "active" || base.status === "active" ? "suspend" : "reactivate";
  return (
    <Panel
      opened={opened}
      title={t`Edit ${base.full_name}`}
      changed={changed}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <FooterNote>{note}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={!ready} loading={mutation.isPending}>
            <Trans>Save</Trans>
          </Button>
        </>
      }
    >
      <FormAlert error={conflict ? null : mutation.error} shown={shownFields} />
      <PhotoField name={base.full_name} current={base.photo_thumb_url} change={photo} onChange={setPhoto} />
      <IdentityFields {...form} own={base.id === me} />
      <TextInput
        label={t`Type`}
        value={userTypeName(base.user_type)}
        readOnly
        variant="filled"
        description={t`The type can't be changed. For another one, give this account another e-mail address or delete it, then add the person again.`}
      />
      {allows(base, statusAction) && (
        <NativeSelect
          label={t`Status`}
          description={
            values.status === "suspended"
              ? t`Suspended people can't sign in; their sessions end when you save.`
              : undefined
          }
          value={values.status}
          onChange={(event) => change("status", event.currentTarget.value as UserValues["status"])}
          data={[
            { value: "active", label: t`Active` },
            { value: "suspended", label: t`Suspended` },
          ]}
        />
      )}
      {may("roles.assign") && roles.data && base.here && base.id !== me && (
        <RolesField
          form={form}
          roles={roles.data}
          held={base.here.roles}
          where={base.organizations.length > 1 ? base.here.organization.name : undefined}
        />
      )}
      {may("roles.assign") &&
        base.id !== me &&
        organization.is_root &&
        base.here?.organization.id === organization.id && <ReachField form={form} />}
      <DetailFields {...form} />
      <FieldInputs {...own.inputs} />
      <ConflictDialog
        mine={values}
        own={own}
        base={base}
        current={conflict}
        onReload={takeTheirs}
        onOverwrite={(current) => mutation.mutate(current.version)}
        onClose={() => mutation.reset()}
      />
    </Panel>
  );
}
