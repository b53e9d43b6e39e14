import { Alert, Box, type MantineSpacing } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { isApiError } from "@/api/errors";
import { formErrorText } from "@/api/messages";
import { AllowChanges } from "./AllowChanges";
import classes from "./ui.module.css";

type Props = {
  error: unknown;
  /** The fields of the request beside which the form shows what is wrong with them. */
  shown: readonly string[];
  /** What can be done about it. */
  children?: ReactNode;
  mb?: MantineSpacing;
  mt?: MantineSpacing;
};

/** Why a form could not be sent, above it, as far as its fields don't say it. */
export function FormAlert({ error, shown, children, mb, mt }: Props) {
  const text = error ? formErrorText(error, shown) : "";
  const box = useRef<HTMLDivElement>(null);
  // Whoever has pressed a button at the end of a long form sees why nothing happened.
  useEffect(() => {
    if (error) box.current?.scrollIntoView({ block: "nearest" });
  }, [error]);
  if (!text) return null;
  return (
    <Alert ref={box} className={classes.formAlert ?? ""} color="red" role="alert" mb={mb} mt={mt}>
      {text}
      {children && <> {children}</>}
      {isApiError(error, "read_only") && (
        <Box mt="xs">
          <AllowChanges />
        </Box>
      )}
    </Alert>
  );
}
