import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, NativeSelect, Skeleton, Stack, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { components } from "@/api/schema.gen";
import { formatDate } from "@/app/format";
import { type Language, languageOf, languages } from "@/app/i18n";
import { MailHtml } from "@/features/outbox/MailView";
import { Confirm } from "@/ui/Confirm";
import { FormAlert } from "@/ui/FormAlert";
import { LoadProblem } from "@/ui/LoadProblem";
import { notifyDone } from "@/ui/notify";
import { DiscardQuestion, UnsavedGuard } from "@/ui/Unsaved";
import { useDraft } from "@/ui/useDraft";
import classes from "./mail.module.css";

type Template = components["schemas"]["MailTemplate"];
type Text = Template["text"];
type Preview = components["schemas"]["MailPreview"];

const templatesKey = ["mail-templates"];

/** The kinds of mail in the reader's words. */
function kindName(kind: string): string {
  const names: Record<string, string> = {
    invitation: t`Invitation to join`,
    sign_in_invitation: t`Invitation to sign in`,
    review_due: t`Time to review access`,
    domain_failing: t`Proof of a domain is gone`,
    password_reset: t`Forgotten password`,
    password_changed: t`Password changed`,
    email_changed: t`E-mail address changed`,
    temporary_password_reset: t`Password reset by an administrator`,
    access_changed: t`Access changed`,
  };
  return names[kind] ?? kind;
}

type Name = Pick<Template, "kind" | "locale">;

const isOf = (template: Template, name: Name) =>
  template.kind === name.kind && template.locale === name.locale;

/** The texts of all kinds of mail in all languages, with a preview beside. */
export function TemplateEditor() {
  const list = useQuery({
    queryKey: templatesKey,
    queryFn: async () => (await unwrap<{ items: Template[] }>(client.GET("/mail-templates"))).items,
  });
  const [kind, setKind] = useState("invitation");
  const [locale, setLocale] = useState<Language>(languageOf(document.documentElement.lang) ?? "en");
  const [changed, setChanged] = useState(false);
  const [asked, setAsked] = useState<(() => void) | null>(null);
  // Another text takes the place of the one that is edited.
  const choose = (open: () => void) => (changed ? setAsked(() => open) : open());
  if (list.isError && !list.data) return <LoadProblem query={list} />;
  const kinds = [...new Set(list.data?.map((template) => template.kind))];
  const template = list.data?.find((entry) => isOf(entry, { kind, locale }));
  return (
    <Stack gap="lg">
      <LoadProblem query={list} />
      <Group align="flex-end">
        <NativeSelect
          label={t`Mail`}
          value={kind}
          onChange={({ currentTarget: { value } }) => choose(() => setKind(value))}
          data={kinds.map((value) => ({ value, label: kindName(value) }))}
        />
        <NativeSelect
          label={t`Language`}
          value={locale}
          onChange={({ currentTarget: { value } }) => choose(() => setLocale(value as Language))}
          data={languages.map(({ value, label }) => ({ value, label }))}
        />
      </Group>
      {template ? (
        <Editor key={`${kind} ${locale}`} template={template} onChanged={setChanged} />
      ) : (
        <Skeleton height={400} />
      )}
      <DiscardQuestion opened={asked !== null} onDiscard={() => asked?.()} onKeep={() => setAsked(null)} />
    </Stack>
  );
}

type EditorProps = { template: Template; onChanged: (changed: boolean) => void };

const textOf = (template: Template): Text => template.text;

function Editor({ template: given, onChanged }: EditorProps) {
  const queryClient = useQueryClient();
  const draft = useDraft(given, textOf);
  const { base: template, values: text } = draft;
  const [resetting, setResetting] = useState(false);
  const name = { kind: template.kind, locale: template.locale };
  const body = { ...name, ...text };
  const params = { header: { "If-Match": ifMatch(template.version) } };
  const keep = (saved: Template) =>
    queryClient.setQueryData<Template[]>(templatesKey, (old) =>
      old?.map((entry) => (isOf(entry, saved) ? saved : entry)),
    );
  const save = useMutation({
    mutationFn: (sent: Text) =>
      unwrap<Template>(client.PUT("/mail-templates", { params, body: { ...name, ...sent } })),
    onError: draft.told,
    onSuccess: (saved, sent) => {
      draft.adopt(saved, sent);
      keep(saved);
      notifyDone(t`The text is saved. The next mail uses it.`);
    },
  });
  const [shown] = useDebouncedValue(body, 400);
  const preview = useQuery({
    queryKey: ["mail-preview", shown],
    queryFn: () => unwrap<Preview>(client.POST("/mail-templates/preview", { body: shown })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const problem = preview.error ?? save.error;
  const errors = fieldErrors(problem, fieldText);
  const changed = JSON.stringify(text) !== JSON.stringify(template.text);
  useEffect(() => onChanged(changed), [changed, onChanged]);
  const set = (part: keyof Text) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    draft.set({ [part]: value });
  };
  return (
    <div className={classes.editor}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (changed && !save.isPending) save.mutate(text);
        }}
      >
        <Stack gap="md">
          <UnsavedGuard changed={changed} by={["tab"]} />
          <FormAlert error={problem} shown={["subject", "body", "button", "note"]} />
          <TextInput
            label={t`Subject`}
            value={text.subject}
            error={errors.subject}
            onChange={set("subject")}
          />
          <Textarea
            label={t`Text`}
            description={t`Leave a line empty between paragraphs. The greeting comes before it.`}
            autosize
            minRows={6}
            value={text.body}
            error={errors.body}
            onChange={set("body")}
          />
          <TextInput label={t`Button`} value={text.button} error={errors.button} onChange={set("button")} />
          <Textarea
            label={t`Note below the button`}
            autosize
            minRows={2}
            value={text.note}
            error={errors.note}
            onChange={set("note")}
          />
          <p className={classes.hint}>
            <Trans>Variables:</Trans>{" "}
            {template.variables.map((variable) => (
              <code key={variable} className={classes.variable}>{`{{${variable}}}`}</code>
            ))}
          </p>
          <Group>
            <Button type="submit" disabled={!changed} loading={save.isPending}>
              <Trans>Save the text</Trans>
            </Button>
            {template.own && (
              <Button variant="default" onClick={() => setResetting(true)}>
                <Trans>Back to the built-in text</Trans>
              </Button>
            )}
          </Group>
          <p className={classes.hint} role="status">
            {template.own && template.updated_at
              ? t`Your own text, of ${formatDate(template.updated_at)}.`
              : t`The built-in text.`}
          </p>
        </Stack>
      </form>
      <section aria-label={t`Preview`}>
        {preview.data ? (
          <>
            <h2 className={classes.subject}>{preview.data.subject}</h2>
            <MailHtml html={preview.data.html} title={t`Preview`} />
          </>
        ) : preview.isError ? (
          <p className={classes.hint}>
            <Trans>The preview is back once the text is right.</Trans>
          </p>
        ) : (
          <Skeleton height={360} />
        )}
      </section>
      <Confirm
        opened={resetting}
        title={t`Go back to the built-in text?`}
        action={t`Remove your own text`}
        danger
        onConfirm={async () => {
          const request = client.POST("/mail-templates/reset", { params, body: name });
          const builtIn = await unwrap<Template>(request).catch((refusal) => {
            draft.told(refusal);
            throw refusal;
          });
          draft.reset(builtIn);
          keep(builtIn);
        }}
        onClose={() => setResetting(false)}
      >
        <Trans>Your own text of this mail in this language is removed.</Trans>
      </Confirm>
    </div>
  );
}
