import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { PersonAvatar } from "../PersonAvatar";
import { CropDialog } from "./CropDialog";
import classes from "./photo.module.css";

/** A new photo, the wish to have none, or no change. */
export type PhotoChange = Blob | "remove" | null;

type Props = {
  name: string;
  current: string | null;
  change: PhotoChange;
  onChange: (change: PhotoChange) => void;
  /** The picture is no photo, but what an organization is known by. */
  logo?: boolean;
};

const maxBytes = 20 * 1024 * 1024;
const accepted = ["image/jpeg", "image/png", "image/webp", "image/gif"];

function useObjectUrl(blob: Blob | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) {
      setUrl(null);
      return;
    }
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

/** Chooses a photo with the picker or by dropping it here, and shows the cropped square at once. */
export function PhotoField({ name, current, change, onChange, logo = false }: Props) {
  const [picked, setPicked] = useState<{ image: ImageBitmap; type: string } | null>(null);
  const [problem, setProblem] = useState("");
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const preview = useObjectUrl(change instanceof Blob ? change : null);
  const shown = change === "remove" ? null : (preview ?? current);

  const take = async (file: File | undefined) => {
    setProblem("");
    if (!file) return;
    if (!accepted.includes(file.type)) return setProblem(t`Choose a JPEG, PNG, WebP or GIF picture.`);
    if (file.size > maxBytes) return setProblem(t`The picture is larger than 20 MB.`);
    try {
      setPicked({ image: await createImageBitmap(file), type: file.type });
    } catch {
      setProblem(t`This picture can't be read.`);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first
    <div
      className={classes.field}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <PersonAvatar person={{ full_name: name, photo_thumb_url: shown }} size={72} />
      <div>
        <Group gap={8}>
          <Button variant="default" onClick={() => input.current?.click()}>
            {logo ? (
              shown ? (
                <Trans>Change logo</Trans>
              ) : (
                <Trans>Choose logo</Trans>
              )
            ) : shown ? (
              <Trans>Change photo</Trans>
            ) : (
              <Trans>Choose photo</Trans>
            )}
          </Button>
          {shown && (
            <Button variant="subtle" color="gray" onClick={() => onChange(current ? "remove" : null)}>
              <Trans>Remove</Trans>
            </Button>
          )}
        </Group>
        <p
          className={classes.hint}
          role={problem ? "alert" : undefined}
          data-problem={problem ? true : undefined}
        >
          {problem || t`or drop a picture here. It is cropped to a square.`}
        </p>
      </div>
      <input
        ref={input}
        type="file"
        hidden
        accept={accepted.join(",")}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      {picked && (
        <CropDialog
          image={picked.image}
          type={picked.type}
          onClose={() => setPicked(null)}
          onDone={(blob) => {
            onChange(blob);
            setPicked(null);
          }}
        />
      )}
    </div>
  );
}
