import { t } from "@lingui/core/macro";
import { Alert, Select } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "@/api/messages";
import type { Team } from "@/api/types";
import { notifyDone } from "@/ui/notify";
import { putMember, refreshTeams } from "./queries";
import classes from "./teams.module.css";
import { useCandidates } from "./useCandidates";

/** Finds somebody of the team's organization and puts them into the team at once. */
export function AddMember({ team }: { team: Team }) {
  const queryClient = useQueryClient();
  const [search, setSearch] = useState("");
  const people = useCandidates(
    search,
    [team.organization.id],
    (user) => !user.teams.some((entry) => entry.id === team.id),
  );
  const add = useMutation({
    mutationFn: (id: string) => putMember(team.id, id, {}),
    onSuccess: async (member) => {
      setSearch("");
      notifyDone(t`${member.full_name ?? member.name} is in ${team.name} now.`);
      await refreshTeams(queryClient);
    },
  });
  return (
    <div className={classes.add}>
      <Select
        aria-label={t`Add somebody to ${team.name}`}
        placeholder={t`Add somebody by name or e-mail`}
        leftSection={<IconUserPlus size={16} stroke={1.75} />}
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        value={null}
        onChange={(id) => id && add.mutate(id)}
        filter={people.filter}
        data={people.options}
        nothingFoundMessage={people.nothing}
        disabled={add.isPending}
      />
      {add.isError && (
        <Alert color="red" role="alert" mt={8}>
          {errorText(add.error)}
        </Alert>
      )}
    </div>
  );
}
