import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button } from "@mantine/core";
import { IconFileSpreadsheet } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { sendBytes } from "@/api/client";
import { errorText } from "@/api/messages";
import type { Import } from "@/api/types";
import classes from "./imports.module.css";

const maxBytes = 300 * 1024 * 1024;

/** Takes a CSV file by picker or drag and drop and uploads it; the server starts checking it at once. */
export function UploadField({ onUploaded }: { onUploaded: (uploaded: Import) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState("");
  const upload = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.append("file", file, file.name);
      return sendBytes<Import>("POST", "/api/v1/user-imports", form);
    },
    onSuccess: onUploaded,
  });
  const take = (file: File | undefined) => {
    if (!file) return;
    setProblem("");
    if (file.size > maxBytes) return setProblem(t`The file is larger than 300 MB. Split it.`);
    if (file.size === 0) return setProblem(t`The file is empty.`);
    upload.mutate(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const words = problem || (upload.isError ? errorText(upload.error) : "");
  return (
    <>
      {words && (
        <Alert color="red" role="alert" mb="md">
          {words}
        </Alert>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first */}
      <div
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <IconFileSpreadsheet size={32} stroke={1.5} aria-hidden="true" />
        <p className={classes.dropTitle}>
          <Trans>Drop a CSV file here</Trans>
        </p>
        <p className={classes.dropText}>
          <Trans>Up to 300 MB, about a million people. The template shows the columns.</Trans>
        </p>
        <Button loading={upload.isPending} onClick={() => input.current?.click()}>
          <Trans>Choose a file</Trans>
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".csv,text/csv"
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
      </div>
    </>
  );
}
