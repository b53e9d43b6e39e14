package api

import (
	"fmt"
	"net/http"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// binding hands an operation to huma, which reads by reflection what it takes
// and gives: a fifth of a millisecond each, so that an answering server does it
// when the operation is asked for first (docs/adr/0016).
type binding func(huma.API)

// add makes an operation part of the API.
func (s *server) add(op *operation, bind binding) {
	if s.describing {
		op.mustDeclare()
		bind(s.huma)
		s.finish(op)
		return
	}
	ready := sync.OnceValue(func() http.HandlerFunc { return s.bind(bind) })
	s.handle(op, func(w http.ResponseWriter, r *http.Request) { ready()(w, r) })
}

// addRaw makes an operation part of the API that h answers. How huma would bind
// it is for the document alone.
func (s *server) addRaw(op *operation, bind binding, h http.HandlerFunc) {
	if s.describing {
		s.add(op, bind)
		return
	}
	s.handle(op, h)
}

// bind returns the handler that huma makes of an operation.
func (s *server) bind(bind binding) (h http.HandlerFunc) {
	s.binding.Lock() // huma's API is made for one registration after the other
	defer s.binding.Unlock()
	bind(routed{s.huma, s.config, func(op *huma.Operation, serve func(huma.Context)) {
		h = func(w http.ResponseWriter, r *http.Request) { serve(humago.NewContext(op, r, w)) }
	}})
	return h
}

// routed registers with huma and takes the handler that comes of it.
type routed struct {
	huma.API
	config huma.Config
	route  adapter
}

// Adapter implements huma.API.
func (a routed) Adapter() huma.Adapter { return a.route }

// Config tells huma how it is used, which it asks the API for at every request.
func (a routed) Config() huma.Config { return a.config }

// unrouted is where the document's operations are routed to.
func unrouted(*huma.Operation, func(huma.Context)) {}

// refused is where those would be routed to that nobody put checks around.
func refused(op *huma.Operation, _ func(huma.Context)) {
	panic(fmt.Sprintf("api: %s %s declares nothing", op.Method, op.Path))
}

// adapter is what huma is told of a router.
type adapter func(*huma.Operation, func(huma.Context))

// Handle implements huma.Adapter.
func (a adapter) Handle(op *huma.Operation, h func(huma.Context)) { a(op, h) }

// ServeHTTP implements huma.Adapter. Requests go to the server itself.
func (a adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// schemas are those of all operations. Some are still made while others check
// bodies, so that reading waits for writing.
type schemas struct {
	huma.Registry
	mu sync.RWMutex
}

func newSchemas() *schemas {
	return &schemas{Registry: newRegistry()}
}

// newRegistry holds schemas for one registration after the other.
func newRegistry() huma.Registry {
	return huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
}

// Schema implements huma.Registry.
func (s *schemas) Schema(t reflect.Type, allowRef bool, hint string) *huma.Schema {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Registry.Schema(t, allowRef, hint)
}

// SchemaFromRef implements huma.Registry.
func (s *schemas) SchemaFromRef(ref string) *huma.Schema {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.Registry.SchemaFromRef(ref)
}

// TypeFromRef implements huma.Registry.
func (s *schemas) TypeFromRef(ref string) reflect.Type {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.Registry.TypeFromRef(ref)
}
