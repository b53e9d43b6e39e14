package api

import (
	"net/http"

	"github.com/retinue/retinue/internal/iam"
)

const exampleFieldID iam.FieldID = "field_01k9z8b1c3d5f7h9k2n4p6r8t0"

func exampleCustomField() CustomField {
	return CustomField{
		ID: exampleFieldID, Key: "department", Label: "Department", Kind: iam.KindChoice, InTable: true,
		Choices:   []CustomFieldChoice{{"customer_care", "Customer care"}, {"quality", "Quality"}},
		CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 2,
	}
}

func (s *server) customFieldOperations() {
	const path = "/custom-fields"
	read, manage := needs(iam.PermUsersRead), needs(iam.PermFieldsManage)
	register(s, operation{
		id: "list-custom-fields", method: http.MethodGet, path: path, tag: tagFields, guard: read,
		summary: "List custom fields", description: "All custom fields of the tenant, in the order in which forms show them. Not paged.",
		response: Items[CustomField]{[]CustomField{exampleCustomField()}},
	}, s.listCustomFields)
	register(s, operation{
		id: "create-custom-field", method: http.MethodPost, path: path, tag: tagFields, guard: manage, status: http.StatusCreated, idempotent: true,
		summary: "Add a custom field", description: "Adds a field behind all others; there can be 30. Its kind and key can't be changed later. People who are there already have no value of it.",
		errors: []iam.Code{iam.CodeConflict},
		request: CreateCustomFieldRequest{
			Label: "Department", Kind: iam.KindChoice, InTable: true, Choices: []FieldChoiceInput{{Label: "Customer care"}, {Label: "Quality"}},
		},
		response: exampleCustomField(),
	}, s.createCustomField)
	register(s, operation{
		id: "get-custom-field", method: http.MethodGet, path: path + "/{id}", tag: tagFields, guard: read,
		summary: "Get a custom field", description: "One field, with the ETag that changes need.", response: exampleCustomField(),
	}, s.getCustomField)
	register(s, operation{
		id: "get-custom-field-usage", method: http.MethodGet, path: path + "/{id}/usage", tag: tagFields, guard: manage,
		summary: "Count who has a value", description: "How many people have a value of the field, and each of its choices: what would go with it.",
		response: CustomFieldUsage{People: 58, Choices: map[string]int64{"customer_care": 41, "quality": 17}},
	}, s.customFieldUsage)
	register(s, operation{
		id: "update-custom-field", method: http.MethodPatch, path: path + "/{id}", tag: tagFields, guard: manage, conditional: true,
		summary: "Change a custom field", description: "Changes what is given and leaves the rest. A choice keeps its value when it gets another label; one that somebody has can't be taken away.",
		errors: []iam.Code{iam.CodeImmutable, iam.CodeInUse},
		request: CustomFieldPatch{
			Required: Some(true), Choices: Some([]FieldChoiceInput{{Value: "customer_care", Label: "Care"}, {Value: "quality", Label: "Quality"}, {Label: "Finance"}}),
		},
		response: exampleCustomField(),
	}, s.patchCustomField)
	register(s, operation{
		id: "delete-custom-field", method: http.MethodDelete, path: path + "/{id}", tag: tagFields, guard: manage, conditional: true,
		summary: "Delete a custom field", description: "Removes the field and every value that people have of it, for good. get-custom-field-usage tells how many those are.",
	}, s.deleteCustomField)
	register(s, operation{
		id: "order-custom-fields", method: http.MethodPut, path: "/custom-field-order", tag: tagFields, guard: manage,
		summary: "Order the custom fields", description: "Puts all fields into the order in which forms, tables and files show them.",
		request: CustomFieldOrder{IDs: []iam.FieldID{exampleFieldID}},
	}, s.orderCustomFields)
}
