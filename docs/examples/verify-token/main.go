// Command verify-token is a page that Retinue embeds as a tab, and that finds
// out by a signed token who is looking. It needs nothing of Retinue but the
// address of the keys:
//
//	ISSUER=https://people.example.com KEYS=https://people.example.com/.well-known/jwks.json \
//	ORIGIN=https://orders.example.com go run .
package main

import (
	"cmp"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	v := &Verifier{
		Issuer: os.Getenv("ISSUER"), KeysURL: os.Getenv("KEYS"), Audience: os.Getenv("ORIGIN"), Now: time.Now, //nolint:forbidigo // a program of its own
		Client: &http.Client{Timeout: 5 * time.Second},
	}
	http.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, page) })
	http.HandleFunc("GET /whoami", v.whoAmI)
	log.Fatal(http.ListenAndServe(cmp.Or(os.Getenv("LISTEN"), "127.0.0.1:3000"), nil)) //nolint:gosec // an example
}

// whoAmI answers with what the token in the Authorization header says.
func (v *Verifier) whoAmI(w http.ResponseWriter, r *http.Request) {
	who, err := v.Verify(r.Context(), bearer(r))
	if err != nil {
		http.Error(w, "Not signed in.", http.StatusUnauthorized)
		return
	}
	_, _ = fmt.Fprintf(w, "%s of %s may do %v", who.Name, who.Organization.Name, who.Permissions)
}

// page asks the dashboard around it for the token and sends it to its own server.
const page = `<!doctype html><meta charset="utf-8"><title>Orders</title><p id="who">Loading…</p><script>
addEventListener("message", async (event) => {
  if (event.source !== parent || event.data?.type !== "retinue:token") return;
  const answer = await fetch("/whoami", { headers: { Authorization: "Bearer " + event.data.token } });
  document.getElementById("who").textContent = await answer.text();
});
parent.postMessage({ type: "retinue:ready" }, "*");
</script>`
