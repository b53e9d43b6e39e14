import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Skeleton, Stack, Switch, Tabs, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { client, ifMatch, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { components } from "@/api/schema.gen";
import { useSession } from "@/app/session";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { FormAlert } from "@/ui/FormAlert";
import { LoadProblem } from "@/ui/LoadProblem";
import { notifyDone } from "@/ui/notify";
import { Page } from "@/ui/Page";
import { TabStrip } from "@/ui/TabStrip";
import { UnsavedGuard } from "@/ui/Unsaved";
import { useDraft } from "@/ui/useDraft";
import classes from "./mail.module.css";
import { TemplateEditor } from "./TemplateEditor";

type Settings = components["schemas"]["MailSettings"];

/** From whom mails come, what they say, and whether people are told of changed access. */
export function MailPage() {
  const session = useSession();
  const navigate = useNavigate();
  const raw = useSearch({ strict: false });
  const root = session.organization.is_root;
  const tab = root && raw.tab === "texts" ? "texts" : "sender";
  return (
    <Page title={t`Mail`} lead={t`How mails to your people present themselves, and what they say.`}>
      {root ? (
        <Tabs
          value={tab}
          keepMounted={false}
          onChange={(next) =>
            void navigate({
              to: "/admin/mail",
              search: next === "texts" ? { tab: "texts" } : {},
              replace: true,
            })
          }
        >
          <TabStrip mb="lg" aria-label={t`Mail`}>
            <Tabs.Tab value="sender">{t`Sender`}</Tabs.Tab>
            <Tabs.Tab value="texts">{t`Texts`}</Tabs.Tab>
          </TabStrip>
          <Tabs.Panel value="sender">
            <SenderSettings />
          </Tabs.Panel>
          <Tabs.Panel value="texts">
            <TemplateEditor />
          </Tabs.Panel>
        </Tabs>
      ) : (
        <SenderSettings />
      )}
    </Page>
  );
}

const settingsKey = (organization: string) => ["mail-settings", organization];

/** The sender of the mails about one organization, at first the one in which the person acts. */
function SenderSettings() {
  const { organization: here } = useSession();
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const organization = search.organization ?? here.id;
  const settings = useQuery({
    queryKey: settingsKey(organization),
    queryFn: () =>
      unwrap<Settings>(
        client.GET("/mail-settings", { params: { query: { organization_id: organization } } }),
      ),
  });
  return (
    <Stack gap="md" align="stretch">
      <OrganizationSelect
        className={classes.form}
        label={t`Organization`}
        description={t`Mails to its people come from this sender.`}
        value={organization}
        onChange={({ id }) =>
          void navigate({
            to: "/admin/mail",
            search: id === here.id ? {} : { organization: id },
            replace: true,
          })
        }
      />
      <LoadProblem query={settings} />
      {settings.isPending && <Skeleton height={240} maw={480} />}
      {settings.data && <SenderForm key={organization} settings={settings.data} />}
    </Stack>
  );
}

type Sender = Pick<Settings, "sender_name" | "reply_to" | "notices">;

const senderOf = ({ sender_name, reply_to, notices }: Settings): Sender => ({
  sender_name,
  reply_to,
  notices,
});

const trimmed = ({ sender_name, reply_to, notices }: Sender): Sender => ({
  sender_name: sender_name.trim(),
  reply_to: reply_to.trim(),
  notices,
});

function SenderForm({ settings: given }: { settings: Settings }) {
  const queryClient = useQueryClient();
  const { base: settings, values, set, adopt, told } = useDraft(given, senderOf);
  const save = useMutation({
    mutationFn: (sent: Sender) =>
      unwrap<Settings>(
        client.PUT("/mail-settings", {
          params: { header: { "If-Match": ifMatch(settings.version) } },
          body: { organization_id: settings.organization.id, ...trimmed(sent) },
        }),
      ),
    onError: told,
    onSuccess: (saved, sent) => {
      adopt(saved, sent);
      queryClient.setQueryData(settingsKey(saved.organization.id), saved);
      notifyDone(t`The settings are saved.`);
    },
  });
  const errors = fieldErrors(save.error, fieldText);
  const changed = JSON.stringify(trimmed(values)) !== JSON.stringify(senderOf(settings));
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && !save.isPending) save.mutate(values);
      }}
    >
      <Stack gap="md">
        <UnsavedGuard changed={changed} by={["tab", "organization"]} />
        <FormAlert error={save.error} shown={["sender_name", "reply_to"]} />
        <p>
          {settings.address
            ? t`Mails about ${settings.organization.name} come from ${settings.address}.`
            : t`No mail server is set on this installation: mails are kept in the outbox.`}
        </p>
        <TextInput
          label={t`Name of the sender`}
          description={t`Also for the organizations below that have set none.`}
          placeholder={settings.inherited_name}
          value={values.sender_name}
          error={errors.sender_name}
          onChange={(event) => set({ sender_name: event.currentTarget.value })}
        />
        <TextInput
          label={t`Answers go to`}
          description={t`An address that somebody reads. Without one, answers go to the sender's address.`}
          placeholder={settings.inherited_reply_to}
          type="email"
          value={values.reply_to}
          error={errors.reply_to}
          onChange={(event) => set({ reply_to: event.currentTarget.value })}
        />
        {settings.notices_editable && (
          <Switch
            label={t`Tell people when their access changes`}
            description={t`One mail for all changes within five minutes, in plain words.`}
            checked={values.notices}
            onChange={(event) => set({ notices: event.currentTarget.checked })}
          />
        )}
        <Group>
          <Button type="submit" disabled={!changed} loading={save.isPending}>
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
