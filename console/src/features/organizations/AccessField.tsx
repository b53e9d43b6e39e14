import { t } from "@lingui/core/macro";
import { Checkbox, Fieldset, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import classes from "./organizations.module.css";
import { accessOptionsQuery, type OptionType } from "./queries";
import { accessWords, effectText } from "./words";

/** The checkbox that gives the role Org Admin. */
export const adminOption = "org_admin";

type Props = {
  value: string[];
  onChange: (value: string[]) => void;
  /** Where the access is given, and to people of which type: not everything has an effect everywhere. */
  organization: string;
  userType: OptionType;
  /** What is held already: what one lacks can't be taken away, either. */
  held?: string[] | undefined;
  error?: string | undefined;
};

/** What somebody may open in a client organization, a checkbox each with what it opens. */
export function AccessField({ value, onChange, organization, userType, held = [], error }: Props) {
  const options = useQuery(accessOptionsQuery(organization, userType));
  const toggle = (id: string, on: boolean) =>
    onChange(on ? [...value, id] : value.filter((other) => other !== id));
  return (
    <Fieldset legend={t`Access`} className={classes.access} variant="unstyled">
      {options.isPending && [1, 2, 3, 4].map((row) => <Skeleton key={row} height={40} />)}
      {options.data?.map((option) => {
        const words = accessWords(option);
        // The role holds every tab and what it shows: an empty box would promise what is not so.
        const included = option.id !== adminOption && value.includes(adminOption);
        const lacking = !option.grantable;
        const effect = effectText(option, userType);
        return (
          <Checkbox
            key={option.id}
            label={words.name}
            description={
              <>
                {included
                  ? t`${words.description} Comes with Org Admin.`
                  : lacking
                    ? t`${words.description} You don't hold this yourself.`
                    : words.description}
                {effect && <span className={classes.effect}>{effect}</span>}
              </>
            }
            checked={included || value.includes(option.id)}
            disabled={included || (lacking && (held.includes(option.id) || !value.includes(option.id)))}
            onChange={(event) => toggle(option.id, event.currentTarget.checked)}
          />
        );
      })}
      {error && (
        <p className={classes.problem} role="alert">
          {error}
        </p>
      )}
    </Fieldset>
  );
}
