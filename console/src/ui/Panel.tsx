import { t } from "@lingui/core/macro";
import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type FormEvent, type ReactNode, useRef } from "react";
import { useGuardedClose } from "./Unsaved";
import classes from "./ui.module.css";
import { useFocusBack } from "./useFocusBack";

type Props = {
  opened: boolean;
  title: string;
  onClose: () => void;
  onSubmit: () => void;
  footer: ReactNode;
  children: ReactNode;
  size?: number;
  /** Whether something is filled in that closing would throw away. */
  changed: boolean;
};

/**
 * A form beside the page it belongs to; the whole screen on a phone. Its buttons are always in sight. Whoever closes it
 * by another way than them is asked first when something would be lost.
 */
export function Panel({ opened, title, onClose, onSubmit, footer, children, size = 480, changed }: Props) {
  useFocusBack(opened);
  const phone = useMediaQuery("(max-width: 48em)");
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef(false);
  const { close, questions } = useGuardedClose(opened && changed, onClose, form, () => sent.current);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sent.current = true;
    onSubmit();
  };
  // What is changed after it was sent is unsaved again.
  const touch = () => {
    sent.current = false;
  };
  return (
    <Drawer.Root opened={opened} onClose={close} position="right" size={phone ? "100%" : size}>
      <Drawer.Overlay />
      <Drawer.Content>
        <form ref={form} className={classes.panelBody} onSubmit={submit} onChange={touch} noValidate>
          <Drawer.Header px={phone ? 16 : 24}>
            <Drawer.Title fw={600} fz="lg">
              {title}
            </Drawer.Title>
            <Drawer.CloseButton aria-label={t`Close`} size={32} />
          </Drawer.Header>
          <div className={classes.panelContent}>{children}</div>
          <div className={classes.footer}>{footer}</div>
        </form>
        {questions}
      </Drawer.Content>
    </Drawer.Root>
  );
}

/** The line beside a disabled button that says what is missing. */
export function FooterNote({ children }: { children: ReactNode }) {
  return (
    <p className={classes.footerNote} role="status">
      {children}
    </p>
  );
}
