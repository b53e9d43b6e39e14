import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { errorText } from "@/api/messages";
import type { User } from "@/api/types";
import { useCan } from "@/app/session";
import { takenByQuery } from "@/features/users/queries";
import { Note } from "@/ui/Page";
import { useJoin } from "./AddToOrganization";
import type { Place } from "./choices";
import type { Holding } from "./HoldingFields";

type Props = {
  /** An address that the server says is taken. */
  email: string;
  organization: Place;
  /** What the new person would have been given. */
  holding: Holding;
  /** Whether the answer to an attempt to add the person was lost. */
  lost: boolean;
  onClose: () => void;
};

/**
 * Whose address it is and that they can be added instead, for who may see that person; of everybody else it tells
 * nothing but that it may be the one whom an attempt before has added.
 */
export function TakenEmail({ email, organization, holding, lost, onClose }: Props) {
  const may = useCan();
  const found = useQuery({ ...takenByQuery(email), enabled: may("users.read") });
  const join = useJoin(onClose);
  const person = found.data;
  const before = lost && (
    <Trans>
      The attempt before got no answer, and has probably added this person. Close this form, find them in the
      list and choose “Reset password”: you get a temporary password to pass on.
    </Trans>
  );
  if (!person) return before ? <Note>{before}</Note> : null;
  const name = person.full_name;
  const link = (
    <Link to="/admin/users/$id" params={{ id: person.id }} className="link">
      {name}
    </Link>
  );
  if (belongs(person, organization)) {
    return (
      <Note>
        <Trans>
          This is the address of {link}, who belongs to {organization.name} already.
        </Trans>{" "}
        {before}
      </Note>
    );
  }
  if (!may("roles.assign")) {
    return (
      <Note>
        <Trans>This is the address of {link}. Ask somebody who assigns roles to add them here.</Trans>
      </Note>
    );
  }
  return (
    <Note>
      <div>
        <Trans>
          This is the address of {link}, who has an account. They can be added to {organization.name} with the
          access chosen here, and keep their name, password and other organizations.
        </Trans>
      </div>
      {join.isError && (
        <Alert color="red" role="alert" mb={8}>
          {errorText(join.error)}
        </Alert>
      )}
      <Button
        variant="default"
        mt={8}
        loading={join.isPending}
        onClick={() => join.mutate({ user: person, organization, holding })}
      >
        {t`Add ${name} to ${organization.name}`}
      </Button>
    </Note>
  );
}

const belongs = (person: User, place: Place) => person.organizations.some(({ id }) => id === place.id);
