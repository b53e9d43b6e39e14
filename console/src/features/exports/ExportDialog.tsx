import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, Group, Modal, Radio, SegmentedControl, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "@/api/messages";
import type { Export, ExportFilter, ExportRequest } from "@/api/types";
import { useFields } from "@/features/fields/queries";
import { notifyDone } from "@/ui/notify";
import { useFocusBack } from "@/ui/useFocusBack";
import type { Exportable } from "./ExportButton";
import { ExportProgress } from "./ExportProgress";
import classes from "./exports.module.css";
import { createExport, download, refreshExports } from "./queries";
import { useNames } from "./useNames";
import { filterWords, formatName, kindName, kindText, sizeWords, userColumns } from "./words";

type Props = Exportable & { onClose: () => void };

/** Makes a file of a list. A small one is downloaded at once; a large one shows how far it is, and can be left. */
export function ExportDialog(props: Props) {
  const { onClose } = props;
  useFocusBack(true);
  const [made, setMade] = useState<Export | null>(null);
  const queryClient = useQueryClient();
  const finish = (entry: Export) => {
    void refreshExports(queryClient);
    if (entry.state !== "ready") return setMade(entry);
    download(entry);
    notifyDone(t`${entry.file_name} is being downloaded: ${sizeWords(entry)}.`);
    onClose();
  };
  const title = made ? made.file_name : t`Export`;
  return (
    <Modal opened onClose={onClose} title={title} size={480} closeButtonProps={{ "aria-label": t`Close` }}>
      {made ? <ExportProgress made={made} onClose={onClose} /> : <Choices {...props} onMade={finish} />}
    </Modal>
  );
}

function Choices({ kinds, filter, below, onClose, onMade }: Props & { onMade: (made: Export) => void }) {
  const [kind, setKind] = useState(kinds[0] ?? "users");
  const [format, setFormat] = useState<Export["format"]>("csv");
  const [withBelow, setWithBelow] = useState(false);
  const [columns, setColumns] = useState<string[] | null>(null);
  const applied: ExportFilter = withBelow ? { ...filter, below: true } : filter;
  const chooses = kind === "users" && format === "csv";
  const make = useMutation({
    mutationFn: () => {
      const body: ExportRequest = { kind, format, filter: applied };
      if (chooses && columns) body.columns = columns;
      return createExport(body);
    },
    onSuccess: onMade,
  });
  const nothing = chooses && columns?.length === 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!make.isPending) make.mutate();
      }}
    >
      <Stack gap="md">
        {kinds.length > 1 ? (
          <Radio.Group label={t`What`} value={kind} onChange={(next) => setKind(next as typeof kind)}>
            <Stack gap="xs" mt={8}>
              {kinds.map((each) => (
                <Radio key={each} value={each} label={kindName(each)} description={kindText(each)} />
              ))}
            </Stack>
          </Radio.Group>
        ) : (
          <p className={classes.text}>{kindText(kind)}</p>
        )}
        <div>
          <div className={classes.label} id="export-format">{t`Format`}</div>
          <SegmentedControl
            aria-labelledby="export-format"
            value={format}
            onChange={(next) => setFormat(next as Export["format"])}
            data={(["csv", "ndjson"] as const).map((each) => ({ value: each, label: formatName(each) }))}
          />
          <p className={classes.hint}>
            {format === "csv" ? t`A table for spreadsheets.` : t`One JSON object per line, for programs.`}
          </p>
        </div>
        {chooses && <Columns value={columns} onChange={setColumns} />}
        <Filters filter={applied} />
        {below && (
          <Checkbox
            label={t`And the organizations below it`}
            checked={withBelow}
            onChange={(event) => setWithBelow(event.currentTarget.checked)}
          />
        )}
        {make.isError && (
          <Alert color="red" role="alert">
            {errorText(make.error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          {nothing && <span className={classes.missing}>{t`Choose at least one column.`}</span>}
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={make.isPending} disabled={nothing}>
            <Trans>Export</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Which rows the file will have, in words. */
function Filters({ filter }: { filter: ExportFilter }) {
  const words = filterWords(filter, useNames(filter), useFields());
  return (
    <div>
      <div className={classes.label}>{t`Which rows`}</div>
      {words.length === 0 ? (
        <p className={classes.text}>{t`All that you can see in this list.`}</p>
      ) : (
        <ul className={classes.filters}>
          {words.map((word) => (
            <li key={word} dir="auto">
              {word}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

type ColumnsProps = { value: string[] | null; onChange: (value: string[] | null) => void };

function Columns({ value, onChange }: ColumnsProps) {
  const own = useFields();
  const all = [...userColumns(), ...own.map(({ key, label }): [string, string] => [`field.${key}`, label])];
  return (
    <div>
      <div className={classes.label} id="export-columns">{t`Columns`}</div>
      <SegmentedControl
        aria-labelledby="export-columns"
        value={value === null ? "all" : "chosen"}
        onChange={(next) => onChange(next === "all" ? null : all.map(([column]) => column))}
        data={[
          { value: "all", label: t`All columns` },
          { value: "chosen", label: t`Chosen columns` },
        ]}
      />
      {value !== null && (
        <Checkbox.Group
          label={t`Columns`}
          labelProps={{ className: "visually-hidden" }}
          value={value}
          onChange={onChange}
        >
          <div className={classes.columns}>
            {all.map(([column, label]) => (
              <Checkbox key={column} value={column} label={label} />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </div>
  );
}
