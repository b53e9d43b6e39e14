package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/people"
	"github.com/retinue/retinue/internal/users"
)

// departments are where people of each type work; others are in none.
var departments = map[iam.UserType]string{
	iam.TypeAgent: "customer_care", iam.TypeSupervisor: "customer_care", iam.TypeBotAdmin: "bots_and_content",
	iam.TypeAnalyst: "quality", iam.TypeTenantAdmin: "operations", iam.TypeViewer: "operations",
}

// define makes the company's own fields on its first day, before anybody joins.
func (b *builder) define() {
	b.then(b.founded().Add(3*time.Hour), func(ctx context.Context) error {
		for _, f := range []fields.Create{
			{Label: "Department", Kind: iam.KindChoice, InTable: true, Choices: []iam.FieldChoice{
				{Value: "customer_care", Label: "Customer care"},
				{Value: "bots_and_content", Label: "Bots & content"},
				{Value: "quality", Label: "Quality"},
				{Value: "operations", Label: "Operations"},
			}},
			{Label: "Employee number", Kind: iam.KindText},
		} {
			if _, err := b.Fields.Create(ctx, b.admin, f); err != nil {
				return err
			}
		}
		first := b.users[b.company.People[0].Email]
		_, err := b.Users.Update(ctx, b.admin, first.ID, users.Patch{CustomFields: b.valuesOf(0, &b.company.People[0]), Version: first.Version})
		return err
	})
}

// valuesOf is what the company keeps of an employee; of the people of its
// clients, and of programs, it keeps nothing.
func (b *builder) valuesOf(i int, e *people.Employee) map[string]any {
	department, ok := departments[iam.UserType(e.Type)]
	if !ok {
		return nil
	}
	return map[string]any{"department": department, "employee_number": fmt.Sprintf("KL-%04d", 1001+7*i)}
}
