package mailbox

import (
	"context"
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail/smtptest"
	"github.com/retinue/retinue/internal/tenanttest"
)

// readable is a received mail as a person's program decodes it.
func readableMail(t *testing.T, d smtptest.Delivery) string {
	t.Helper()
	text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(d.Data)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A mail about an organization carries its brand, or that of the nearest above,
// and leads to its own domain once that is verified.
func TestMailsCarryTheBrand(t *testing.T) {
	k := tenanttest.New(t)
	client, sister := k.Org("Client", ""), k.Org("Sister", "")
	below := k.Org("Below", client)
	now := k.Clock.Now()
	domain := func(host string, org iam.OrgID, verified bool) *iam.Domain {
		d := &iam.Domain{ID: iam.DomainID(k.NewID(iam.PrefixDomain)), Tenant: k.Tenant.ID, Org: org, Host: host, Token: host}
		if verified {
			d.VerifiedAt, d.CheckedAt = now, now
		} else {
			d.ExpiresAt = now.AddDate(1, 0, 0)
		}
		return d
	}
	failing := domain("failing.client.example", client, true)
	failing.VerifiedAt, failing.FailingAt = now.AddDate(0, -1, 0), now
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		for _, d := range []*iam.Domain{failing, domain("help.client.example", client, true), domain("help.sister.example", sister, false)} {
			if err := tx.InsertDomain(ctx, d); err != nil {
				return err
			}
		}
		return tx.SaveBrand(ctx, k.Tenant.ID, &iam.Brand{Org: client, Name: "Client Care", Color: "#aa3300", LogoKey: "abc.png"})
	})
	smtp := smtptest.Start(t, smtptest.Options{})
	s := service(t, k, sender(t, smtp.Port))
	home := "https://" + k.Tenant.ShortName + ".example"
	inside := k.User(tenanttest.Person{Type: iam.TypeMember, Org: below})
	outside := k.User(tenanttest.Person{Type: iam.TypeMember, Org: sister})
	enqueue(k, s, inside, "password_changed", nil)
	enqueue(k, s, outside, "password_changed", nil)
	enqueue(k, s, k.Admin, "password_changed", nil)
	enqueue(k, s, inside, "password_reset", map[string]string{
		"Org": string(client), "Link": "/reset-password#token=SECRET", "Expires": reset(k)["Expires"],
	})
	deliver(t, s, 4)
	got, _ := smtp.Got()
	for _, d := range got {
		text := readableMail(t, d)
		branded := d.To == inside.Email || strings.Contains(text, "SECRET")
		logo := `src="https://help.client.example/logos/` + string(k.Tenant.ID) + `/abc.png"`
		if strings.Contains(text, logo) != branded || strings.Contains(text, "Client Care") != branded || strings.Contains(text, "#aa3300") != branded ||
			strings.Contains(text, "https://help.client.example/") != branded || strings.Contains(text, home) == branded ||
			strings.Contains(text, "help.sister.example") || strings.Contains(text, "failing") {
			t.Errorf("to %s:\n%s", d.To, text)
		}
		if strings.Contains(text, "SECRET") && !strings.Contains(text, "https://help.client.example/reset-password#token=SECRET") {
			t.Errorf("the link is not complete:\n%s", text)
		}
	}
}

func TestAddressesOfOrganizations(t *testing.T) {
	for _, tt := range [][3]string{
		{"https://people.example", "", "https://people.example"},
		{"https://people.example", "help.client.example", "https://help.client.example"},
		{"https://people.example:8443", "help.client.example", "https://help.client.example:8443"},
		{"http://127.0.0.1:8080", "help.client.example", "http://127.0.0.1:8080"},
		{"http://[::1]:8080", "help.client.example", "http://[::1]:8080"},
		{"http://localhost:8080", "help.client.example", "http://localhost:8080"},
	} {
		if got := at(tt[0], tt[1]); got != tt[2] {
			t.Errorf("at(%q, %q) = %q, want %q", tt[0], tt[1], got, tt[2])
		}
	}
}

// Nothing tells by its answer which companies there are: a mail is rehearsed for
// one that does not exist, too.
func TestRehearseForNobody(t *testing.T) {
	k := tenanttest.New(t)
	smtp := smtptest.Start(t, smtptest.Options{})
	s := service(t, k, sender(t, smtp.Port))
	nobody := &iam.User{Type: iam.TypeMember, Email: "nobody@example.com", FirstName: "Nobody"}
	for _, tenant := range []*iam.Tenant{k.Tenant, {ID: "unknown:1", Name: "Nowhere", Status: iam.StatusActive}} {
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			data := reset(k)
			data["Link"] = "/reset-password#token=x"
			return s.Rehearse(ctx, tx, tenant, nobody, "password_reset", data)
		})
	}
	deliver(t, s, 0)
}
