import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack } from "@mantine/core";
import classes from "./ui.module.css";

/** What was changed in one field, by somebody else, by oneself, or by both. */
export type Difference = { key: string; label: string; before: string; now: string; mine: string };

type Props = {
  opened: boolean;
  /** Of whom or of what the form is. */
  name: string;
  /** What was changed, as far as the form shows it. */
  differences: Difference[];
  onReload: () => void;
  onOverwrite: () => void;
  onClose: () => void;
};

/** Somebody else saved first: shows what they changed and lets the person decide. */
export function Conflict({ opened, name, differences, onReload, onOverwrite, onClose }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t`Somebody else changed ${name}`}
      size={560}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <Stack gap="md">
        <p>
          <Trans>Nothing of yours was saved yet. This was changed while you were editing:</Trans>
        </p>
        {differences.length === 0 ? (
          <p>
            <Trans>Only things that this form doesn't show.</Trans>
          </p>
        ) : (
          <table className={classes.conflict}>
            <thead>
              <tr>
                <th scope="col">{t`Field`}</th>
                <th scope="col">{t`Before`}</th>
                <th scope="col">{t`Now`}</th>
                <th scope="col">{t`Yours`}</th>
              </tr>
            </thead>
            <tbody>
              {differences.map(({ key, label, before, now, mine }) => (
                <tr key={key}>
                  <th scope="row">{label}</th>
                  <td dir="auto">{before || "–"}</td>
                  <Cell value={now} before={before} />
                  <Cell value={mine} before={before} />
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onReload}>
            <Trans>Take theirs and start again</Trans>
          </Button>
          <Button onClick={onOverwrite}>
            <Trans>Save mine on top</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** What a field has become; what nobody has touched must not look like a change back. */
function Cell({ value, before }: { value: string; before: string }) {
  if (value === before) return <td className={classes.same}>{t`Not changed`}</td>;
  return <td dir="auto">{value || "–"}</td>;
}
