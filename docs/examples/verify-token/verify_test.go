package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tokens"
)

// The example accepts what the server signs, and nothing else.
func TestVerify(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	boss := w.Tenant("northwind")
	keys := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		set, err := w.Tokens.KeySet(r.Context(), boss.Tenant)
		if err != nil {
			t.Error(err)
		}
		_ = json.NewEncoder(rw).Encode(set)
	}))
	defer keys.Close()
	var org api.Organization
	boss.Do(http.MethodPost, "/organizations", `{"name":"Fabrikam"}`).Want(http.StatusCreated, &org)
	var tab api.CustomTab
	boss.Do(http.MethodPost, "/tabs", `{"title":"Orders","icon":"cart","url":"https://orders.example:8443/a?b={organization}","mode":"frame","identify":true,"audience":"everybody","all_organizations":true}`).
		Want(http.StatusCreated, &tab)
	ask := func() api.TabToken {
		var got api.TabToken
		boss.Do(http.MethodPost, "/dashboard/tabs/"+string(tab.ID)+"/token", nil, apitest.Header(api.OrganizationHeader, string(org.ID))).Want(http.StatusOK, &got)
		return got
	}
	got := ask()
	const origin = "https://orders.example:8443"
	v := &Verifier{Issuer: "http://console.example", KeysURL: keys.URL, Audience: origin, Now: w.Clock.Now, Client: http.DefaultClient}
	c, err := v.Verify(t.Context(), got.Token)
	if err != nil {
		t.Fatal(err)
	}
	if got.Audience != origin || c.Subject != string(boss.ID) || c.Name != "Ada Okafor" || c.Email != boss.Email || c.Organization.ID != string(org.ID) || c.Tenant.ID != string(boss.Tenant) {
		t.Errorf("claims = %+v", c)
	}
	if lifetime := got.ExpiresAt.Sub(w.Clock.Now()); lifetime <= 0 || lifetime > 5*time.Minute {
		t.Errorf("it works for %v", lifetime)
	}
	refused := func(what, token string, change func(*Verifier)) {
		t.Helper()
		other := &Verifier{Issuer: v.Issuer, KeysURL: v.KeysURL, Audience: v.Audience, Now: v.Now, Client: v.Client}
		if change != nil {
			change(other)
		}
		if _, err := other.Verify(t.Context(), token); err == nil {
			t.Errorf("%s is accepted", what)
		}
	}
	refused("a token for another page", got.Token, func(v *Verifier) { v.Audience = "https://orders.example" })
	refused("a token of another issuer", got.Token, func(v *Verifier) { v.Issuer = "https://evil.example" })
	parts := strings.Split(got.Token, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))
	refused("an unsigned token", none+"."+parts[1]+".", nil)
	refused("another's payload", parts[0]+"."+base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"user_x"}`))+"."+parts[2], nil)
	// Keys of one tenant do not vouch for people of another.
	theirs := w.Tenant("fabrikam")
	foreign, _, err := w.Tokens.Sign(t.Context(), theirs.Tenant, tokens.Claims{Claims: jwt.Claims{Issuer: v.Issuer, Audience: jwt.Audience{origin}}})
	if err != nil {
		t.Fatal(err)
	}
	refused("another tenant's token", foreign, nil)
	// A month later there is another key, which was published before; both work.
	w.Clock.Advance(29*24*time.Hour + time.Hour)
	if _, err := w.Tokens.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(24 * time.Hour)
	refused("a token that is over", got.Token, nil)
	boss.SignIn(boss.Email, apitest.Password)
	next := ask()
	if before, after := strings.Split(got.Token, ".")[0], strings.Split(next.Token, ".")[0]; before == after {
		t.Error("the key was not changed")
	}
	fresh := &Verifier{Issuer: v.Issuer, KeysURL: v.KeysURL, Audience: origin, Now: w.Clock.Now, Client: http.DefaultClient}
	if _, err := fresh.Verify(t.Context(), next.Token); err != nil {
		t.Errorf("after the change of keys: %v", err)
	}
	set, err := w.Tokens.KeySet(t.Context(), boss.Tenant)
	if err != nil || len(set.Keys) != 2 {
		t.Errorf("published are %v, %v", set, err)
	}
	for _, k := range set.Keys {
		if !k.IsPublic() {
			t.Error("a private key is published")
		}
	}
}
