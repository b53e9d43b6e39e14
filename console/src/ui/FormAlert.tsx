import { Alert, type MantineSpacing } from "@mantine/core";
import type { ReactNode } from "react";
import { formErrorText } from "@/api/messages";

type Props = {
  error: unknown;
  /** The fields of the request beside which the form shows what is wrong with them. */
  shown: readonly string[];
  /** What can be done about it. */
  children?: ReactNode;
  mb?: MantineSpacing;
};

/** Why a form could not be sent, above it, as far as its fields don't say it. */
export function FormAlert({ error, shown, children, mb }: Props) {
  const text = error ? formErrorText(error, shown) : "";
  if (!text) return null;
  return (
    <Alert color="red" role="alert" mb={mb}>
      {text}
      {children && <> {children}</>}
    </Alert>
  );
}
