import { t } from "@lingui/core/macro";
import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import classes from "./auth.module.css";
import { passwordStrength, type Strength, minPasswordLength as shortest } from "./password";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  personal?: string[];
  /** How many characters it must have, where the organization says so. */
  least?: number;
  error?: string;
};

function words({ score, problem }: Strength, minPasswordLength: number): string {
  if (score === 0) return t`At least ${minPasswordLength} characters. Several unrelated words work well.`;
  if (problem === "short") return t`Too short: at least ${minPasswordLength} characters.`;
  if (problem === "long") return t`Too long.`;
  if (problem === "personal") return t`It contains a name or an e-mail address that others know.`;
  if (problem === "simple") return t`Too easy to guess. Use something less regular.`;
  if (score === 2) return t`Fair. Longer is better.`;
  return score === 3 ? t`Good.` : t`Strong.`;
}

/** A field for a new password, with a meter that helps to choose one. */
export function NewPasswordInput({ label, value, onChange, personal, least = shortest, error }: Props) {
  // The server knows more than the meter, which says nothing of a password that was refused.
  const [refused, setRefused] = useState({ error, value });
  if (error !== refused.error) setRefused({ error, value });
  const judged = !error || value !== refused.value;
  const strength = passwordStrength(value, personal, least);
  const tone = strength.score <= 1 ? "weak" : strength.score === 2 ? "fair" : "good";
  return (
    <div>
      <PasswordInput
        label={label}
        autoComplete="new-password"
        required
        withAsterisk={false}
        value={value}
        error={error}
        aria-invalid={error ? true : undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
        visibilityToggleButtonProps={{ "aria-label": t`Show or hide the password`, tabIndex: 0 }}
        mb={8}
      />
      {judged && (
        <>
          <div className={classes.meter} aria-hidden="true">
            {[1, 2, 3, 4].map((step) => (
              <span key={step} className={classes.bar} data-on={strength.score >= step ? tone : undefined} />
            ))}
          </div>
          <p className={classes.hint} aria-live="polite">
            {words(strength, least)}
          </p>
        </>
      )}
    </div>
  );
}
