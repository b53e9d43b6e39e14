package api

import (
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/privacy"
)

type personalDataOutput struct {
	Disposition string `header:"Content-Disposition"`
	Body        privacy.PersonalData
}

func examplePersonalData() privacy.PersonalData {
	u := exampleUser()
	return privacy.PersonalData{
		PersonalReport: privacy.PersonalReport{
			Profile: privacy.PersonalProfile{
				ID: u.ID, UserType: u.UserType, Status: u.Status, FirstName: u.FirstName, LastName: u.LastName, Nickname: u.Nickname, Email: u.Email,
				Phone: u.Phone, ExternalID: u.ExternalID, Timezone: u.Timezone, Locale: u.Locale, Theme: u.Theme, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
				CustomFields: map[string]any{"Department": "Customer care", "Employee number": "N-1042"},
			},
			Memberships: []privacy.PersonalMembership{{Organization: "Northwind", Roles: []iam.RoleID{"role_supervisor"}, Permissions: u.Permissions, Alias: "Anna from Support", CreatedAt: exampleTime}},
			Teams:       []privacy.PersonalTeam{{Name: "Night shift", JoinedAt: exampleTime}},
			Sessions:    []privacy.PersonalSession{}, APIKeys: []privacy.PersonalKey{},
			Mails:   []privacy.PersonalMail{{Kind: "password_reset", Subject: "Choose a new password", State: iam.MailSent, CreatedAt: exampleTime, SentAt: new(exampleTime)}},
			Records: map[string][]map[string]any{"exports": {{"id": "exp_01k9z8e4g6j8m0n2q4s6v8x0z2", "kind": "users", "format": "csv", "state": "ready"}}},
		},
		Events: []privacy.PersonalEvent{{
			ID: "evt_01k9z8d4f6h8k0m2p4r6t8v0x2", At: exampleTime, Action: "user.updated", Outcome: iam.OutcomeSuccess, Actor: "Jonas Weiß", Target: u.FullName,
			Changes: []privacy.PersonalChange{{Field: "nickname", Before: "Addie", After: u.Nickname}}, IP: "203.0.113.7", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
		}},
	}
}
