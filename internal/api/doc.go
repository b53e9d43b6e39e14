// Package api is the HTTP interface of Retinue: /api/v1, its OpenAPI 3.1
// document and the page that explains it.
//
// Handlers are thin: they bind the request, call one use case and map the
// answer. What is the same for all operations happens once, in this order:
// request id, authentication, cross-origin protection, forced change of
// password, permission, media type, size and text of the body, idempotency.
// Each operation declares what it needs as data (see operation); one that
// declares nothing can't be registered.
//
// Errors are answered as problem details (RFC 9457) by one function, writeProblem
// or its twin for huma; the table in errors.go maps codes to statuses.
package api

//go:generate go run ./openapi ../../docs/openapi.json
