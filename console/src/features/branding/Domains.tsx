import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Input, Skeleton, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconClock, IconWorld } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { errorText, fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
import type { Domain } from "@/api/types";
import { formatDate } from "@/app/format";
import { Tag } from "@/ui/badges";
import { Confirm } from "@/ui/Confirm";
import { LoadProblem } from "@/ui/LoadProblem";
import { notifyDone, notifyFailed } from "@/ui/notify";
import rows from "@/ui/rows.module.css";
import { RelativeTime } from "@/ui/Time";
import ui from "@/ui/ui.module.css";
import classes from "./branding.module.css";
import { hostOf } from "./host";
import { domainsQuery } from "./queries";

/** The domains of an organization: adding, proving, removing. */
export function Domains({ organization }: { organization: string }) {
  const queryClient = useQueryClient();
  const list = useQuery(domainsQuery);
  const [removing, setRemoving] = useState<Domain | null>(null);
  const again = () => queryClient.invalidateQueries({ queryKey: domainsQuery.queryKey });
  const remove = async () => {
    if (!removing) return;
    await unwrap(client.DELETE("/domains/{id}", { params: { path: { id: removing.id } } }));
    notifyDone(t`${removing.host} no longer leads here.`);
    await again();
  };
  const own = list.data?.filter((domain) => domain.organization.id === organization);
  return (
    <section className={classes.domains}>
      <h2 className={ui.sectionTitle}>
        <Trans>Domains</Trans>
      </h2>
      <p className={ui.sectionLead}>
        <Trans>
          People who sign in under a domain of the organization see its brand and land in it. A domain serves
          nobody before you have proved that it is yours.
        </Trans>
      </p>
      <LoadProblem query={list} />
      {list.isPending && <Skeleton height={64} />}
      <ul className={rows.rows}>
        {own?.map((domain) => (
          <DomainRow key={domain.id} domain={domain} onChecked={again} onRemove={() => setRemoving(domain)} />
        ))}
      </ul>
      <AddDomain organization={organization} onAdded={again} />
      <Confirm
        opened={removing !== null}
        title={t`Remove ${removing?.host ?? ""}?`}
        action={t`Remove 1 domain`}
        danger
        onConfirm={remove}
        onClose={() => setRemoving(null)}
      >
        <Trans>Nobody reaches the organization under it any more, at once.</Trans>
      </Confirm>
    </section>
  );
}

function AddDomain({ organization, onAdded }: { organization: string; onAdded: () => Promise<void> }) {
  const [host, setHost] = useState("");
  const once = useOnce();
  const adding = useMutation({
    mutationFn: () =>
      once((headers) =>
        unwrap<Domain>(
          client.POST("/domains", { headers, body: { host: hostOf(host), organization_id: organization } }),
        ),
      ),
    onSuccess: async () => {
      setHost("");
      await onAdded();
    },
  });
  const errors = fieldErrors(adding.error, fieldText);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (host.trim() !== "" && !adding.isPending) adding.mutate();
  };
  const problem = errors.host ?? (adding.isError ? errorText(adding.error) : undefined);
  return (
    <form className={classes.add} onSubmit={submit} noValidate>
      <TextInput
        aria-label={t`Domain`}
        placeholder="help.example.com"
        autoCapitalize="none"
        value={host}
        error={problem}
        onChange={(event) => setHost(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={host.trim() === ""} loading={adding.isPending}>
        <Trans>Add domain</Trans>
      </Button>
    </form>
  );
}

type RowProps = { domain: Domain; onChecked: () => Promise<void>; onRemove: () => void };

function DomainRow({ domain, onChecked, onRemove }: RowProps) {
  const check = useMutation({
    mutationFn: () =>
      unwrap<Domain>(client.POST("/domains/{id}/verify", { params: { path: { id: domain.id } } })),
    onSuccess: async (found) => {
      if (found.state === "verified") notifyDone(t`${found.host} is yours and leads here now.`);
      await onChecked();
    },
    onError: notifyFailed,
  });
  const problem = problemText(domain);
  return (
    <li className={rows.row}>
      <IconWorld size={22} stroke={1.5} aria-hidden="true" />
      <div className={rows.main}>
        <div className={rows.title}>
          {domain.host} <DomainState state={domain.state} />
        </div>
        {problem && <div className={rows.sub}>{problem}</div>}
        {domain.state === "verified" && domain.verified_at && (
          <div className={rows.sub}>
            {t`proved on ${formatDate(domain.verified_at)}`}
            {" · "}
            {t`The proof is looked for every day: leave the TXT record in DNS.`}
          </div>
        )}
        {domain.state === "failing" && domain.failing_at && (
          <div className={rows.sub}>
            {t`The proof has been missing since ${formatDate(domain.failing_at)}. After a week the domain stops leading here.`}
          </div>
        )}
        {domain.checked_at && (
          <div className={rows.sub}>
            <Trans>
              Last looked for <RelativeTime at={domain.checked_at} />
            </Trans>
          </div>
        )}
        {domain.state !== "verified" && <Proof domain={domain} />}
      </div>
      <Button
        variant="default"
        loading={check.isPending}
        onClick={() => check.mutate()}
        aria-label={t`Check ${domain.host}`}
      >
        <Trans>Check now</Trans>
      </Button>
      <Button variant="default" onClick={onRemove} aria-label={t`Remove ${domain.host}`}>
        <Trans>Remove</Trans>
      </Button>
    </li>
  );
}

/**
 * What to publish so that the domain is proved: either is enough. One that leads
 * here already has no other place for a file.
 */
function Proof({ domain }: { domain: Domain }) {
  const file = `http://${domain.host}${domain.path}`;
  return (
    <ul className={classes.proof}>
      <li>
        <Trans>Either a TXT record in DNS, to be left there, with this name and value:</Trans>
        <span className={classes.value}>{domain.record_name}</span>
        <span className={classes.value}>{domain.value}</span>
      </li>
      {domain.state === "pending" && (
        <li>
          <Trans>or, before the domain leads here, a file with the same value at this address:</Trans>
          <span className={classes.value}>{file}</span>
        </li>
      )}
    </ul>
  );
}

/** The domains of an organization and how far they are, to read. */
export function DomainStates({ organization }: { organization: string }) {
  const list = useQuery(domainsQuery);
  const own = list.data?.filter((domain) => domain.organization.id === organization);
  return (
    <Input.Wrapper label={t`Domains`} labelElement="div">
      <LoadProblem query={list} />
      {list.isPending && <Skeleton height={24} />}
      {own?.length === 0 && <div className={rows.sub}>{t`None of its own.`}</div>}
      {own && own.length > 0 && (
        <ul className={classes.states} aria-label={t`Domains`}>
          {own.map((domain) => (
            <li key={domain.id}>
              {domain.host} <DomainState state={domain.state} />
            </li>
          ))}
        </ul>
      )}
    </Input.Wrapper>
  );
}

function DomainState({ state }: { state: Domain["state"] }) {
  if (state === "verified") {
    return <Tag tone="ok" icon={<IconCheck size={14} aria-hidden="true" />}>{t`Proved`}</Tag>;
  }
  if (state === "failing") {
    return (
      <Tag tone="warn" icon={<IconAlertTriangle size={14} aria-hidden="true" />}>{t`Proof is gone`}</Tag>
    );
  }
  return <Tag icon={<IconClock size={14} aria-hidden="true" />}>{t`Not proved yet`}</Tag>;
}

function problemText(domain: Domain): string {
  const words: Record<string, string> = {
    no_record: t`Neither the record nor the file was found. DNS changes can take an hour.`,
    wrong_value: t`There is a record or a file, but with another value.`,
    no_answer: t`The domain does not answer. Is it spelled right?`,
    taken: t`The domain is yours, but somebody else uses it here. They have to remove it first.`,
    private_host: t`The domain leads to a private address, which is not asked. Use the TXT record.`,
  };
  return words[domain.problem] ?? "";
}
