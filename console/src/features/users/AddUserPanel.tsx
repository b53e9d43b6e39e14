import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, NativeSelect, Stack } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, sendBytes, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
import type { FieldValues } from "@/api/types";
import { formatList } from "@/app/format";
import { useCan, useSession } from "@/app/session";
import { FieldInputs } from "@/features/fields/FieldInputs";
import { useOwnFields } from "@/features/fields/useOwnFields";
import { newValues } from "@/features/fields/values";
import { isTaken } from "@/features/organizations/AddMemberPanel";
import { userTypesQuery } from "@/features/organizations/queries";
import { TakenEmail } from "@/features/organizations/TakenEmail";
import { rolesQuery } from "@/features/roles/queries";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone, notifyFailed } from "@/ui/notify";
import { Note } from "@/ui/Page";
import { FooterNote, Panel } from "@/ui/Panel";
import { type PhotoChange, PhotoField } from "@/ui/photo/PhotoField";
import { useChanged } from "@/ui/useChanged";
import type { Created } from "./actions";
import { useRefreshUsers } from "./queries";
import { type Temporary, TemporaryPassword } from "./UserDialogs";
import { DetailFields, IdentityFields, ReachField, RolesField } from "./UserFields";
import { useLostEmail } from "./useLostEmail";
import {
  createBody,
  emptyUser,
  type FieldName,
  fieldLabel,
  missingFields,
  shownFields,
  type UserValues,
  wrongFields,
} from "./userForm";
import { personTypes, userTypeDescription, userTypeName } from "./userTypes";

/** Adds a person and then shows their temporary password. */
export function AddUserPanel({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [secret, setSecret] = useState<Temporary | null>(null);
  const [round, setRound] = useState(0);
  const close = () => {
    onClose();
    setRound((old) => old + 1);
  };
  const created = ({ user, temporary_password: password, password_expires_at: until }: Created) => {
    close();
    if (password) setSecret({ name: user.full_name, password, until });
    else notifyDone(t`${user.full_name} was added.`);
  };
  return (
    <>
      <AddForm key={round} opened={opened} onClose={close} onCreated={created} />
      <TemporaryPassword person={secret} onClose={() => setSecret(null)} />
    </>
  );
}

type FormProps = {
  opened: boolean;
  onClose: () => void;
  onCreated: (made: Created) => void;
};

type Sent = { values: UserValues; custom: FieldValues; photo: PhotoChange };

function useCreate(onCreated: FormProps["onCreated"]) {
  const refresh = useRefreshUsers();
  const once = useOnce();
  const lost = useLostEmail();
  const create = useMutation({
    mutationFn: async ({ values, custom, photo }: Sent) => {
      const body = {
        ...createBody(values),
        ...(Object.keys(custom).length > 0 && { custom_fields: custom }),
      };
      const result = await once((headers) => unwrap<Created>(client.POST("/users", { body, headers })));
      if (photo instanceof Blob) {
        await sendBytes("PUT", `/api/v1/users/${result.user.id}/photo`, photo).catch(notifyFailed);
      }
      return result;
    },
    onError: (error, { values }) => lost.note(error, values.email),
    onSuccess: async (result) => {
      onCreated(result);
      await refresh();
    },
  });
  return { create, lost };
}

function AddForm({ opened, onClose, onCreated }: FormProps) {
  const may = useCan();
  const { organization } = useSession();
  const [values, setValues] = useState(emptyUser);
  const [touched, setTouched] = useState<Partial<Record<FieldName, boolean>>>({});
  const [photo, setPhoto] = useState<PhotoChange>(null);
  const roles = useQuery({ ...rolesQuery, enabled: opened && may("roles.read") });
  const { create, lost } = useCreate(onCreated);
  const types = useTypes(organization.id, opened);
  const userType = types.includes(values.user_type) ? values.user_type : (types[0] ?? values.user_type);
  const own = useOwnFields({}, userType, create.error);
  const missing = missingFields(values);
  const wrong = wrongFields(values);
  const fromServer = fieldErrors(create.error, fieldText, { roles: "role_ids" });
  const errors = { ...onlyTouched(wrong, touched), ...withoutTouched(fromServer, touched) };
  const ready = missing.length === 0 && Object.keys(wrong).length === 0 && own.ready;
  const change = <F extends FieldName>(field: F, value: UserValues[F]) => {
    setValues((old) => ({ ...old, [field]: value }));
    setTouched((old) => ({ ...old, [field]: true }));
  };
  const submit = () => {
    if (!ready || create.isPending) return;
    setTouched({});
    own.sent();
    create.mutate({
      values: { ...values, user_type: userType },
      custom: newValues(own.fields, own.draft),
      photo,
    });
  };
  const form = { values, errors, onChange: change };
  const changed = useChanged([values, photo, own.draft]);
  return (
    <Panel
      opened={opened}
      changed={changed}
      title={t`Add user`}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <FooterNote>{stateWords(missing, Object.keys(wrong) as FieldName[], own)}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={!ready} loading={create.isPending}>
            <Trans>Create</Trans>
          </Button>
        </>
      }
    >
      <FormAlert error={create.error} shown={shownFields} />
      <PhotoField
        name={`${values.first_name} ${values.last_name}`}
        current={null}
        change={photo}
        onChange={setPhoto}
      />
      <IdentityFields {...form} />
      {isTaken(create.error) && !touched.email && (
        <TakenEmail
          email={values.email}
          organization={organization}
          holding={{ access: [], roles: values.role_ids, below: values.includes_descendants }}
          lost={lost.is(values.email)}
          onClose={onClose}
        />
      )}
      <Stack gap={8}>
        <NativeSelect
          label={fieldLabel("user_type")}
          description={userTypeDescription(userType)}
          error={errors.user_type}
          value={userType}
          onChange={(event) => change("user_type", event.currentTarget.value as UserValues["user_type"])}
          data={types.map((type) => ({ value: type, label: userTypeName(type) }))}
        />
        <Note icon={<IconInfoCircle size={16} stroke={1.75} aria-hidden="true" />}>
          <Trans>
            The type can't be changed later. Somebody who needs another one gets a new account. An address
            belongs to one account only: give the old one another e-mail address first, or delete it.
          </Trans>
        </Note>
      </Stack>
      {may("roles.assign") && roles.data && <RolesField form={form} roles={roles.data} held={[]} />}
      {may("roles.assign") && organization.is_root && <ReachField form={form} />}
      <DetailFields {...form} />
      <FieldInputs {...own.inputs} />
    </Panel>
  );
}

/** The types of people that one may add where one acts, and of programs; all of people until the server has said. */
function useTypes(organization: string, opened: boolean): UserValues["user_type"][] {
  const may = useCan();
  const found = useQuery({ ...userTypesQuery(organization), enabled: opened && may("users.read") });
  const people = found.data?.filter((type) => type.assignable).map((type) => type.user_type) ?? personTypes;
  return may("service_keys.manage") ? [...people, "service"] : [...people];
}

/** Why the button is off, in words. */
export function stateWords(
  missing: FieldName[],
  wrong: FieldName[],
  own: { missing: string[]; wrong: string[] } = { missing: [], wrong: [] },
): string {
  const absent = [...missing.map(fieldLabel), ...own.missing];
  if (absent.length > 0) return t`Missing: ${formatList(absent)}`;
  const faulty = [...wrong.map(fieldLabel), ...own.wrong];
  return faulty.length > 0 ? t`To correct: ${formatList(faulty)}` : "";
}

type Errors = Partial<Record<FieldName, string>>;

function onlyTouched(errors: Errors, touched: Partial<Record<FieldName, boolean>>): Errors {
  return Object.fromEntries(Object.entries(errors).filter(([field]) => touched[field as FieldName]));
}

/** The server's errors, until the field is changed. */
export function withoutTouched(
  errors: Record<string, string>,
  touched: Partial<Record<FieldName, boolean>>,
): Errors {
  return Object.fromEntries(Object.entries(errors).filter(([field]) => !touched[field as FieldName]));
}
