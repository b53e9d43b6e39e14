import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Alert, Button, Checkbox, Group, Skeleton, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isApiError } from "@/api/errors";
import { errorText } from "@/api/messages";
import { formatDateTime } from "@/app/format";
import { Confirm } from "@/ui/Confirm";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState } from "@/ui/Page";
import ui from "@/ui/ui.module.css";
import type { IPException } from "./draft";
import classes from "./policies.module.css";
import { exceptionsQuery, lookUp, takeBack } from "./queries";
import { RefusalCard } from "./RefusalCard";

/** Looks up the code that somebody was told, and lists the addresses that are let in for a time. */
export function ExceptionsTab() {
  const [code, setCode] = useState("");
  const found = useMutation({ mutationFn: () => lookUp(code) });
  return (
    <>
      <section className={classes.setting}>
        <div>
          <h2 className={classes.settingTitle}>
            <Trans>Look a code up</Trans>
          </h2>
          <p className={classes.settingText}>
            <Trans>Whoever is refused because of their address is told a code of eight characters.</Trans>
          </p>
        </div>
        <div>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (code.trim() !== "") found.mutate();
            }}
          >
            <Group align="end" gap="xs">
              <TextInput
                label={t`Code`}
                placeholder="K7QM-2XWF"
                value={code}
                maxLength={20}
                autoComplete="off"
                onChange={(event) => setCode(event.currentTarget.value)}
              />
              <Button type="submit" disabled={code.trim() === ""} loading={found.isPending}>
                <Trans>Look up</Trans>
              </Button>
            </Group>
          </form>
          {found.isError && (
            <Alert color="red" role="alert" mt="md">
              {isApiError(found.error, "not_found")
                ? t`There is no such code. Check its characters; it may have expired.`
                : errorText(found.error)}
            </Alert>
          )}
          {found.data && (
            <RefusalCard key={found.data.code} refusal={found.data} onDone={() => found.reset()} />
          )}
        </div>
      </section>
      <Exceptions />
    </>
  );
}

function Exceptions() {
  const list = useQuery(exceptionsQuery);
  const [ends, setEnds] = useState<IPException | null>(null);
  if (list.isError && !list.data)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Skeleton height={120} mt="lg" />;
  if (list.data.length === 0) {
    return (
      <EmptyState
        title={t`No exceptions at present`}
        text={t`Look up the code of somebody who was refused to let their address in for a time.`}
      />
    );
  }
  const who = (e: IPException) => e.user?.full_name ?? t`Everybody from there`;
  return (
    <div className={ui.scroll}>
      <table className={ui.table}>
        <thead>
          <tr>
            <th>{t`Address`}</th>
            <th>{t`For`}</th>
            <th>{t`Organization`}</th>
            <th>{t`Until`}</th>
            <th>{t`Note`}</th>
            <th>
              <span className="visually-hidden">{t`Actions`}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.data.map((e) => (
            <tr key={e.id}>
              <td>{e.address}</td>
              <td>{who(e)}</td>
              <td>{e.organization.name}</td>
              <td>{formatDateTime(e.until)}</td>
              <td>{e.note}</td>
              <td>
                <ActionIcon
                  variant="subtle"
                  aria-label={t`Take back the exception for ${e.address}`}
                  onClick={() => setEnds(e)}
                >
                  <IconTrash size={18} stroke={1.75} />
                </ActionIcon>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {ends && <TakeBack exception={ends} onClose={() => setEnds(null)} />}
    </div>
  );
}

/** Asks before an exception is taken back, and once more when it is what lets in whoever asks. */
function TakeBack({ exception, onClose }: { exception: IPException; onClose: () => void }) {
  const queries = useQueryClient();
  const [self, setSelf] = useState(false); // the server says that it would be oneself
  const [sure, setSure] = useState(false);
  return (
    <Confirm
      opened
      title={t`Take the exception back?`}
      action={t`Take back`}
      danger
      disabled={self && !sure}
      onConfirm={async () => {
        try {
          await takeBack(exception.id, sure);
        } catch (error) {
          if (isApiError(error, "confirm_self")) setSelf(true);
          throw error;
        }
        await queries.invalidateQueries({ queryKey: exceptionsQuery.queryKey });
      }}
      onClose={onClose}
    >
      <Trans>The address is refused again from the next request on.</Trans>
      {self && (
        <Checkbox
          mt="sm"
          label={t`I know that I am shut out myself`}
          checked={sure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />
      )}
    </Confirm>
  );
}
