package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

func (w *world) agent(t *testing.T, p place, name string, orgs ...iam.OrgID) *iam.Agent {
	t.Helper()
	a := &iam.Agent{ID: iam.AgentID(w.db.NewID(iam.PrefixAgent)), Name: name, State: iam.AgentActive, Orgs: orgs}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertAgent(ctx, p.tenant, a) })
	return a
}

// agentNames are the names of agents in their order.
func agentNames(list []*iam.Agent) []string {
	out := []string{}
	for _, a := range list {
		out = append(out, a.Name)
	}
	return out
}

func testAgents(t *testing.T, w *world) {
	w.agent(t, w.a, "Beta", w.a.child)
	a := &iam.Agent{
		ID: iam.AgentID(w.db.NewID(iam.PrefixAgent)), Name: "älpha", Description: "d", ExternalID: "x-1", State: iam.AgentPaused, Orgs: []iam.OrgID{w.a.root, w.a.child},
	}
	insert := func(a iam.Agent) error {
		a.State = iam.AgentActive
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertAgent(ctx, w.a.tenant, &a) })
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertAgent(ctx, w.a.tenant, a) })
	wantCode(t, "taken name", insert(iam.Agent{ID: "agent_x", Name: "BETA"}), iam.CodeConflict, "/name")
	wantCode(t, "taken external id", insert(iam.Agent{ID: "agent_x", Name: "X", ExternalID: "x-1"}), iam.CodeConflict, "/external_id")
	wantCode(t, "unknown organization", insert(iam.Agent{ID: "agent_x", Name: "X", Orgs: []iam.OrgID{"org_none"}}), iam.CodeInvalid, "/organization_ids")
	wantCode(t, "another tenant's", insert(iam.Agent{ID: "agent_x", Name: "X", Orgs: []iam.OrgID{w.b.root}}), iam.CodeInvalid, "/organization_ids")
	now := w.db.Clock.Advance(time.Minute)
	update := func(a iam.Agent) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateAgent(ctx, w.a.tenant, &a) })
	}
	changed := *a
	changed.Name, changed.ExternalID, changed.State, changed.Orgs = "Zeta", "", iam.AgentActive, []iam.OrgID{w.a.child}
	if err := update(changed); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "stale version", update(changed), iam.CodePreconditionFailed)
	wantCode(t, "no such agent", update(iam.Agent{ID: "agent_none", Version: 1}), iam.CodeNotFound)
	// What is let go is free again; no external id is nobody's.
	if err := insert(iam.Agent{ID: "agent_y", Name: "Älpha", ExternalID: "x-1"}); err != nil {
		t.Error(err)
	}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		all, err := tx.Agents(ctx, w.a.tenant)
		if diff := cmp.Diff([]string{"Älpha", "Beta", "Zeta"}, agentNames(all)); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		want := &iam.Agent{
			ID: a.ID, Name: "Zeta", Description: "d", State: iam.AgentActive, Orgs: []iam.OrgID{w.a.child}, CreatedAt: Epoch, UpdatedAt: now, Version: 2,
		}
		got, err := tx.Agent(ctx, w.a.tenant, a.ID)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		if diff := cmp.Diff(want, all[len(all)-1]); diff != "" {
			t.Error(diff)
		}
		for org, names := range map[iam.OrgID][]string{w.a.child: {"Beta", "Zeta"}, w.a.root: {}} {
			list, err := tx.OrgAgents(ctx, w.a.tenant, org)
			if diff := cmp.Diff(names, agentNames(list)); err != nil || diff != "" {
				t.Errorf("of %s: %v %s", org, err, diff)
			}
		}
		return nil
	})
}

// Assignments go with the agent and with the organization; an agent stays.
func testAgentDeletions(t *testing.T, w *world) {
	below := w.org(t, w.a, "below", w.a.child).ID
	one, two := w.agent(t, w.a, "One", w.a.root, w.a.child, below), w.agent(t, w.a, "Two", below)
	w.agent(t, w.a, "Three", w.a.root)
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		d, err := tx.OrgDeletion(ctx, w.a.tenant, w.a.child)
		if err != nil || d.Agents != 2 {
			t.Errorf("%d agents would be taken away, %v", d.Agents, err)
		}
		return nil
	})
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		list, err := tx.UnassignBelow(ctx, w.a.tenant, w.a.child)
		if diff := cmp.Diff([]*iam.Agent{one, two}, list); diff != "" {
			t.Error(diff)
		}
		return err
	})
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Agent(ctx, w.a.tenant, one.ID)
		if err != nil {
			return err
		}
		if diff := cmp.Diff([]iam.OrgID{w.a.root}, got.Orgs); diff != "" || got.Version != 2 {
			t.Errorf("version %d %s", got.Version, diff)
		}
		return nil
	})
	// The keys do the same by themselves.
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		two.Orgs, two.Version = []iam.OrgID{below}, 2
		return tx.UpdateAgent(ctx, w.a.tenant, two)
	})
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, w.a.tenant, below) })
	remove := func() error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteAgent(ctx, w.a.tenant, one.ID) })
	}
	if err := remove(); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "deleted twice", remove(), iam.CodeNotFound)
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Agent(ctx, w.a.tenant, two.ID)
		if err == nil && len(got.Orgs) != 0 {
			t.Errorf("assigned to what is gone: %v", got.Orgs)
		}
		list, err2 := tx.OrgAgents(ctx, w.a.tenant, w.a.root)
		if diff := cmp.Diff([]string{"Three"}, agentNames(list)); err2 != nil || diff != "" {
			t.Errorf("%v %s", err2, diff)
		}
		return err
	})
}

// covers D-02
func testAgentsOtherTenant(t *testing.T, w *world) {
	a := w.agent(t, w.a, "Helper", w.a.root, w.a.child)
	b := w.b.tenant
	for what, call := range map[string]func(context.Context, iam.Tx) error{
		"Agent":       func(ctx context.Context, tx iam.Tx) error { _, err := tx.Agent(ctx, b, a.ID); return err },
		"UpdateAgent": func(ctx context.Context, tx iam.Tx) error { c := *a; return tx.UpdateAgent(ctx, b, &c) },
		"DeleteAgent": func(ctx context.Context, tx iam.Tx) error { return tx.DeleteAgent(ctx, b, a.ID) },
	} {
		wantCode(t, what+" of another tenant", w.tryWrite(t, call), iam.CodeNotFound)
	}
	// The same name and external id are free there.
	w.agent(t, w.b, "Helper")
	w.write(t, func(ctx context.Context, tx iam.Tx) error {
		list, err := tx.UnassignBelow(ctx, b, w.a.root)
		if len(list) != 0 {
			t.Errorf("taken away in the name of another tenant: %v", list)
		}
		return err
	})
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		list, err := tx.OrgAgents(ctx, b, w.a.root)
		if err != nil || len(list) != 0 {
			t.Errorf("agents of another tenant's organization: %v, %v", list, err)
		}
		if list, err = tx.Agents(ctx, b); err != nil || len(list) != 1 || list[0].ID == a.ID {
			t.Errorf("agents of another tenant: %v, %v", list, err)
		}
		got, err := tx.Agent(ctx, w.a.tenant, a.ID)
		if diff := cmp.Diff(a, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
}
