import { t } from "@lingui/core/macro";
import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { FormEvent, ReactNode } from "react";
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
};

/** A form beside the page it belongs to; the whole screen on a phone. Its buttons are always in sight. */
export function Panel({ opened, title, onClose, onSubmit, footer, children, size = 480 }: Props) {
  useFocusBack(opened);
  const phone = useMediaQuery("(max-width: 48em)");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Drawer.Root opened={opened} onClose={onClose} position="right" size={phone ? "100%" : size}>
      <Drawer.Overlay />
      <Drawer.Content>
        <form className={classes.panelBody} onSubmit={submit} noValidate>
          <Drawer.Header px={phone ? 16 : 24}>
            <Drawer.Title fw={600} fz="lg">
              {title}
            </Drawer.Title>
            <Drawer.CloseButton aria-label={t`Close`} size={32} />
          </Drawer.Header>
          <div className={classes.panelContent}>{children}</div>
          <div className={classes.footer}>{footer}</div>
        </form>
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
