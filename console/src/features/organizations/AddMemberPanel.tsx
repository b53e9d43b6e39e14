import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { IconInfoCircle, IconWand } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, sendBytes, unwrap } from "@/api/client";
import { fieldErrors, isApiError, pointerField } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
import type { FieldValues, Organization, OrganizationUserType } from "@/api/types";
import { formatList } from "@/app/format";
import { useCan } from "@/app/session";
import { FieldInputs } from "@/features/fields/FieldInputs";
import { type OwnFields, useOwnFields } from "@/features/fields/useOwnFields";
import { newValues } from "@/features/fields/values";
import type { Created } from "@/features/users/actions";
import { useRefreshUsers } from "@/features/users/queries";
import { TemporaryPassword } from "@/features/users/UserDialogs";
import { useLostEmail } from "@/features/users/useLostEmail";
import { isEmail } from "@/features/users/userForm";
import { userTypeDescription, userTypeName } from "@/features/users/userTypes";
import { FormAlert } from "@/ui/FormAlert";
import { notifyFailed } from "@/ui/notify";
import { Note } from "@/ui/Page";
import { FooterNote, Panel } from "@/ui/Panel";
import { type PhotoChange, PhotoField } from "@/ui/photo/PhotoField";
import { useChanged } from "@/ui/useChanged";
import { AccessField } from "./AccessField";
import { generatePassword, splitName } from "./names";
import classes from "./organizations.module.css";
import { memberCounted, passwordRulesQuery, userTypesQuery } from "./queries";
import { suggestedAccess } from "./suggested";
import { TakenEmail } from "./TakenEmail";

type Props = { organization: Organization; first: boolean; onClose: () => void };
type Type = OrganizationUserType["user_type"];
type Draft = { name: string; email: string; password: string; type: Type; access: string[] };

type Sent = { email: string; custom: FieldValues };

function useAdd(organization: Organization, draft: Draft, photo: PhotoChange) {
  const queryClient = useQueryClient();
  const refresh = useRefreshUsers();
  const once = useOnce();
  const lost = useLostEmail();
  const add = useMutation({
    mutationFn: async ({ custom }: Sent) => {
      const made = await once((headers) =>
        unwrap<Created>(
          client.POST("/users", {
            headers,
            body: {
              ...splitName(draft.name),
              email: draft.email.trim(),
              organization_id: organization.id,
              user_type: draft.type,
              access: draft.access,
              ...(Object.keys(custom).length > 0 && { custom_fields: custom }),
              ...(draft.password ? { password: draft.password } : {}),
            },
          }),
        ),
      );
      if (photo instanceof Blob) {
        await sendBytes("PUT", `/api/v1/users/${made.user.id}/photo`, photo).catch(notifyFailed);
      }
      return {
        name: made.user.full_name,
        password: made.temporary_password || draft.password,
        until: made.password_expires_at,
      };
    },
    onError: (error, { email }) => lost.note(error, email),
    onSuccess: async () => {
      await refresh();
      await memberCounted(queryClient, organization.id, 1);
    },
  });
  return { add, lost };
}

/** What is still missing or wrong, in words; "" when the form can be sent. */
export function stateOf(
  draft: Pick<Draft, "name" | "email">,
  own: Pick<OwnFields, "missing" | "wrong">,
): string {
  const { last_name } = splitName(draft.name);
  const name = draft.name.trim() === "" ? t`Full name` : t`Last name`;
  const missing = [last_name ? "" : name, draft.email.trim() ? "" : t`E-mail`, ...own.missing].filter(
    Boolean,
  );
  if (missing.length > 0) return t`Missing: ${formatList(missing)}`;
  if (!isEmail(draft.email)) return t`Enter a valid e-mail address.`;
  return own.wrong.length > 0 ? t`To correct: ${formatList(own.wrong)}` : "";
}

/** Adds a person to a client organization, with what they may open there. */
export function AddMemberPanel({ organization, first, onClose }: Props) {
  const assigns = useCan()("roles.assign");
  const [draft, setDraft] = useState<Draft>({
    name: "",
    email: "",
    password: "",
    type: "member",
    access: assigns ? suggestedAccess(organization, first) : [],
  });
  const [photo, setPhoto] = useState<PhotoChange>(null);
  const [shown, setShown] = useState(false);
  const rules = useQuery(passwordRulesQuery(organization.id));
  const { add, lost } = useAdd(organization, draft, photo);
  const errors = fieldErrors(add.error, fieldText, { first_name: "name", last_name: "name" });
  const taken = isTaken(add.error) && add.variables?.email === draft.email;
  const own = useOwnFields({}, draft.type, add.error);
  const state = stateOf(draft, own);
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
  const changed = useChanged([draft, photo, own.draft]);
  if (add.isSuccess) return <TemporaryPassword person={add.data} onClose={onClose} />;
  return (
    <Panel
      opened
      title={t`Add user to ${organization.name}`}
      changed={changed}
      onClose={onClose}
      onSubmit={() => {
        if (state || add.isPending) return;
        own.sent();
        add.mutate({ email: draft.email, custom: newValues(own.fields, own.draft) });
      }}
      footer={
        <>
          <FooterNote>{state}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={state !== ""} loading={add.isPending}>
            <Trans>Create</Trans>
          </Button>
        </>
      }
    >
      <FormAlert
        error={add.error}
        shown={["first_name", "last_name", "email", "password", "user_type", "access", "custom_fields"]}
      />
      <PhotoField name={draft.name} current={null} change={photo} onChange={setPhoto} />
      <TextInput
        label={t`Full name`}
        description={t`First name, then last name.`}
        required
        data-autofocus
        autoComplete="off"
        dir="auto"
        maxLength={200}
        value={draft.name}
        error={errors.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t`E-mail`}
        type="email"
        required
        autoComplete="off"
        value={draft.email}
        error={errors.email}
        onChange={(event) => set({ email: event.currentTarget.value })}
      />
      {taken && (
        <TakenEmail
          email={draft.email}
          organization={organization}
          holding={{ access: draft.access, roles: [], below: false }}
          lost={lost.is(draft.email)}
          onClose={onClose}
        />
      )}
      <TypeField organization={organization} value={draft.type} onChange={(type) => set({ type })} />
      <div className={classes.save}>
        <PasswordInput
          style={{ flex: "1 1 240px" }}
          label={t`Temporary password`}
          description={t`Left empty, one is made. It must be changed at the first sign-in.`}
          autoComplete="new-password"
          visible={shown}
          onVisibilityChange={setShown}
          visibilityToggleButtonProps={{ "aria-label": t`Show the password` }}
          value={draft.password}
          error={errors.password}
          onChange={(event) => set({ password: event.currentTarget.value })}
        />
        <Button
          variant="default"
          style={{ alignSelf: "flex-end" }}
          leftSection={<IconWand size={16} stroke={1.75} />}
          disabled={rules.isPending}
          onClick={() => {
            set({ password: generatePassword(rules.data?.min_length) });
            setShown(true);
          }}
        >
          <Trans>Generate</Trans>
        </Button>
      </div>
      {first && assigns && (
        <Note icon={<IconInfoCircle size={16} stroke={1.75} aria-hidden="true" />}>
          <Trans>
            This is the first person of {organization.name}, so Org Admin is suggested: they can add everybody
            else.
          </Trans>
        </Note>
      )}
      {assigns && (
        <AccessField
          organization={organization.id}
          userType={draft.type}
          value={draft.access}
          onChange={(access) => set({ access })}
          error={errors.access}
        />
      )}
      <FieldInputs {...own.inputs} />
    </Panel>
  );
}

type TypeProps = { organization: Organization; value: Type; onChange: (type: Type) => void };

/** Which type of person is added, among those that one may add there; a single one needs no choice. */
function TypeField({ organization, value, onChange }: TypeProps) {
  const types = useQuery(userTypesQuery(organization.id));
  const open = offeredTypes(types.data ?? []);
  if (open.length < 2) return null;
  return (
    <NativeSelect
      label={t`Type`}
      description={`${userTypeDescription(value)} ${t`It can't be changed later.`}`}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as Type)}
      data={open.map((type) => ({ value: type, label: userTypeName(type) }))}
    />
  );
}

/** The types to choose from, the one of client organizations' own people first. */
export function offeredTypes(types: OrganizationUserType[]): Type[] {
  const open = types.filter((type) => type.assignable).map((type) => type.user_type);
  return [...open.filter((type) => type === "member"), ...open.filter((type) => type !== "member")];
}

/** Whether the server refused an address that somebody has. */
export const isTaken = (error: unknown): boolean =>
  isApiError(error, "conflict") &&
  (error.problem.errors ?? []).some(({ pointer }) => pointerField(pointer) === "email");
