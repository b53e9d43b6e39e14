import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Slider, Stack, Text } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { useFocusBack } from "../useFocusBack";
import { type Crop, centred, cropped, draw, moved } from "./crop";
import classes from "./photo.module.css";

type Props = { image: ImageBitmap; type: string; onDone: (blob: Blob) => void; onClose: () => void };

const viewSize = 288;
const steps: Record<string, [number, number]> = {
  ArrowLeft: [16, 0],
  ArrowRight: [-16, 0],
  ArrowUp: [0, 16],
  ArrowDown: [0, -16],
};

/** Places the square: drag or arrow keys move the picture, the slider zooms. */
export function CropDialog({ image, type, onDone, onClose }: Props) {
  useFocusBack(true);
  const [crop, setCrop] = useState<Crop>(centred);
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const grip = useRef<{ x: number; y: number } | null>(null);
  useEffect(() => {
    if (canvas) draw(canvas, image, crop);
  }, [canvas, image, crop]);

  const move = (dx: number, dy: number) =>
    setCrop((old) => moved(old, image.width, image.height, dx, dy, viewSize));
  const drag = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!grip.current) return;
    move(event.clientX - grip.current.x, event.clientY - grip.current.y);
    grip.current = { x: event.clientX, y: event.clientY };
  };
  const keys = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    move(...step);
  };
  const done = async () => {
    const blob = await cropped(image, crop, type);
    if (blob) onDone(blob);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t`Crop the photo`}
      size={360}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <Stack gap="md">
        <canvas
          ref={setCanvas}
          width={viewSize * 2}
          height={viewSize * 2}
          className={classes.canvas}
          tabIndex={0}
          role="img"
          aria-label={t`The part of the picture that is kept. Drag it or use the arrow keys to move it.`}
          onKeyDown={keys}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            grip.current = { x: event.clientX, y: event.clientY };
          }}
          onPointerMove={drag}
          onPointerUp={() => {
            grip.current = null;
          }}
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            <Trans>Zoom</Trans>
          </Text>
          <Slider
            thumbLabel={t`Zoom`}
            min={1}
            max={4}
            step={0.05}
            label={null}
            value={crop.zoom}
            onChange={(zoom) => setCrop((old) => ({ ...old, zoom }))}
          />
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button onClick={() => void done()}>
            <Trans>Use this photo</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
