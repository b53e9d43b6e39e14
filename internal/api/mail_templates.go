package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
)

// MailTexts are the use cases of what mails say and from whom they come.
type MailTexts interface {
	Settings(ctx context.Context, c *access.Caller, org iam.OrgID) (*mailbox.Settings, error)
	SetSettings(ctx context.Context, c *access.Caller, org iam.OrgID, in mailbox.SettingsUpdate) (*mailbox.Settings, error)
	Templates(ctx context.Context, c *access.Caller) ([]mailbox.Template, error)
	Template(ctx context.Context, c *access.Caller, kind mail.Kind, locale string) (mailbox.Template, error)
	SetTemplate(ctx context.Context, c *access.Caller, kind mail.Kind, locale string, text *mail.Text, version int64) (mailbox.Template, error)
	PreviewTemplate(ctx context.Context, c *access.Caller, kind mail.Kind, locale string, text mail.Text) (mail.Content, error)
}

// MailSettings are how mails about an organization present themselves.
type MailSettings struct {
	Organization     OrganizationRef `json:"organization"`
	SenderName       string          `json:"sender_name" doc:"Empty when it is inherited"`
	ReplyTo          string          `json:"reply_to" doc:"Empty when it is inherited"`
	InheritedName    string          `json:"inherited_name" doc:"What counts while sender_name is empty"`
	InheritedReplyTo string          `json:"inherited_reply_to"`
	Address          string          `json:"address" doc:"From which mails come; set on the server, and empty where it is not"`
	Notices          bool            `json:"notices" doc:"People are told by mail when their access changes; of the whole company"`
	NoticesEditable  bool            `json:"notices_editable"`
	Version          int64           `json:"version" doc:"Of what the organization itself has set"`
}

type mailSettingsOutput struct {
	ETagHeader
	Body MailSettings
}

func mailSettings(m *mailbox.Settings) MailSettings {
	return MailSettings{
		Organization: OrganizationRef{m.Org.ID, m.Org.Name}, SenderName: m.SenderName, ReplyTo: m.ReplyTo,
		InheritedName: m.InheritedName, InheritedReplyTo: m.InheritedReplyTo, Address: m.Address, Notices: m.Notices, NoticesEditable: m.IsRoot,
		Version: shownVersion(m.Version),
	}
}

func mailSettingsAnswer(m *mailbox.Settings) *mailSettingsOutput {
	return &mailSettingsOutput{ETagHeader: tagged(shownVersion(m.Version)), Body: mailSettings(m)}
}

type mailSettingsInput struct {
	Organization iam.OrgID `query:"organization_id" maxLength:"100" doc:"By default the one in which the caller acts"`
}

func (s *server) getMailSettings(ctx context.Context, c *access.Caller, in *mailSettingsInput) (*mailSettingsOutput, error) {
	m, err := s.deps.MailTexts.Settings(ctx, c, in.Organization)
	if err != nil {
		return nil, err
	}
	return mailSettingsAnswer(m), nil
}

// MailSettingsRequest replaces the settings of an organization.
type MailSettingsRequest struct {
	OrganizationID iam.OrgID `json:"organization_id,omitempty" maxLength:"100" doc:"By default the one in which the caller acts"`
	SenderName     string    `json:"sender_name" maxLength:"320" doc:"Empty to inherit it"`
	ReplyTo        string    `json:"reply_to" maxLength:"320" doc:"Empty to inherit it"`
	Notices        bool      `json:"notices" doc:"Counts in the company itself only"`
}

type setMailSettingsInput struct {
	IfMatchHeader
	Body MailSettingsRequest
}

func (s *server) setMailSettings(ctx context.Context, c *access.Caller, in *setMailSettingsInput) (*mailSettingsOutput, error) {
	b := in.Body
	m, err := s.deps.MailTexts.SetSettings(ctx, c, b.OrganizationID, mailbox.SettingsUpdate{
		SenderName: b.SenderName, ReplyTo: b.ReplyTo, Notices: b.Notices, Version: storedVersion(in.version()),
	})
	if err != nil {
		return nil, withCurrent(err, func() (any, error) {
			m, err := s.deps.MailTexts.Settings(ctx, c, b.OrganizationID)
			if err != nil {
				return nil, err
			}
			return mailSettings(m), nil
		})
	}
	return mailSettingsAnswer(m), nil
}

// MailText is what a kind of mail says, with variables such as {{name}}.
type MailText struct {
	Subject string `json:"subject" maxLength:"800"`
	Body    string `json:"body" maxLength:"20000" doc:"Paragraphs with empty lines between them"`
	Button  string `json:"button" maxLength:"240"`
	Note    string `json:"note" maxLength:"2000"`
}

// MailTemplate is the text of a kind of mail in a language.
type MailTemplate struct {
	Kind      mail.Kind  `json:"kind"`
	Locale    string     `json:"locale" enum:"en,es,fr,de"`
	Text      MailText   `json:"text"`
	Own       bool       `json:"own" doc:"The company's own text, not the built-in one"`
	Variables []string   `json:"variables" doc:"Those that the text may use"`
	UpdatedAt *time.Time `json:"updated_at"`
	Version   int64      `json:"version"`
}

func mailTemplate(t mailbox.Template) MailTemplate {
	return MailTemplate{
		Kind: t.Kind, Locale: t.Locale, Text: MailText(t.Text), Own: t.Own, Variables: t.Variables, UpdatedAt: timeOrNull(t.UpdatedAt),
		Version: shownVersion(t.Version),
	}
}

type mailTemplateOutput struct {
	ETagHeader
	Body MailTemplate
}

func (s *server) listMailTemplates(ctx context.Context, c *access.Caller, _ *noInput) (*itemsOutput[MailTemplate], error) {
	list, err := s.deps.MailTexts.Templates(ctx, c)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, mailTemplate), nil
}

// MailTemplateName names a text.
type MailTemplateName struct {
	Kind   mail.Kind `json:"kind" maxLength:"50"`
	Locale string    `json:"locale" enum:"en,es,fr,de"`
}

// MailTemplateRequest is a text for a kind of mail in a language.
type MailTemplateRequest struct {
	Kind    mail.Kind `json:"kind" maxLength:"50"`
	Locale  string    `json:"locale" enum:"en,es,fr,de"`
	Subject string    `json:"subject" maxLength:"800"`
	Body    string    `json:"body" maxLength:"20000" doc:"Paragraphs with empty lines between them"`
	Button  string    `json:"button" maxLength:"240"`
	Note    string    `json:"note" maxLength:"2000"`
}

func (r *MailTemplateRequest) text() mail.Text {
	return mail.Text{Subject: r.Subject, Body: r.Body, Button: r.Button, Note: r.Note}
}

type setMailTemplateInput struct {
	IfMatchHeader
	Body MailTemplateRequest
}

func (s *server) setMailTemplate(ctx context.Context, c *access.Caller, in *setMailTemplateInput) (*mailTemplateOutput, error) {
	text := in.Body.text()
	return s.changeMailTemplate(ctx, c, in.Body.Kind, in.Body.Locale, &text, in.version())
}

type resetMailTemplateInput struct {
	IfMatchHeader
	Body MailTemplateName
}

func (s *server) resetMailTemplate(ctx context.Context, c *access.Caller, in *resetMailTemplateInput) (*mailTemplateOutput, error) {
	return s.changeMailTemplate(ctx, c, in.Body.Kind, in.Body.Locale, nil, in.version())
}

func (s *server) changeMailTemplate(ctx context.Context, c *access.Caller, kind mail.Kind, locale string, text *mail.Text, version int64) (*mailTemplateOutput, error) {
	t, err := s.deps.MailTexts.SetTemplate(ctx, c, kind, locale, text, storedVersion(version))
	if err != nil {
		return nil, withCurrent(err, func() (any, error) {
			t, err := s.deps.MailTexts.Template(ctx, c, kind, locale)
			if err != nil {
				return nil, err
			}
			return mailTemplate(t), nil
		})
	}
	return &mailTemplateOutput{ETagHeader: tagged(shownVersion(t.Version)), Body: mailTemplate(t)}, nil
}

type mailTemplateInput struct{ Body MailTemplateRequest }

// MailPreview is a mail as it would arrive.
type MailPreview struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
}

type mailPreviewOutput struct{ Body MailPreview }

func (s *server) previewMailTemplate(ctx context.Context, c *access.Caller, in *mailTemplateInput) (*mailPreviewOutput, error) {
	content, err := s.deps.MailTexts.PreviewTemplate(ctx, c, in.Body.Kind, in.Body.Locale, in.Body.text())
	if err != nil {
		return nil, err
	}
	return &mailPreviewOutput{MailPreview{content.Subject, content.Text, content.HTML}}, nil
}

func (s *server) mailTextOperations() {
	settings := MailSettings{
		Organization: OrganizationRef{exampleOrgID, "Northwind"}, SenderName: "Northwind People", InheritedName: "Northwind",
		Address: "people@northwind.example", Notices: true, NoticesEditable: true, Version: 2,
	}
	text := mail.Builtin(mail.Invitation, "en")
	builtIn := MailTemplate{Kind: mail.Invitation, Locale: "en", Text: MailText(text), Variables: mail.Variables(mail.Invitation), Version: 1}
	own := builtIn
	own.Own, own.UpdatedAt, own.Version = true, new(exampleTime), 2
	request := MailTemplateRequest{Kind: mail.Invitation, Locale: "en", Subject: text.Subject, Body: text.Body, Button: text.Button, Note: text.Note}
	register(s, operation{
		id: "get-mail-settings", method: http.MethodGet, path: "/mail-settings", tag: tagMail, guard: needs(iam.PermBrandingManage),
		summary:     "Get the settings of mails",
		description: "From whom mails about an organization come, and where answers go: its own, and what it inherits from the organization above.",
		errors:      []iam.Code{iam.CodeNotFound, iam.CodeInvalid}, response: settings,
	}, s.getMailSettings)
	register(s, operation{
		id: "set-mail-settings", method: http.MethodPut, path: "/mail-settings", tag: tagMail, guard: needs(iam.PermBrandingManage), conditional: true, status: http.StatusOK,
		summary:     "Change the settings of mails",
		description: "Replaces the sender's name and the reply address of an organization. What is empty is inherited from the organization above.",
		errors:      []iam.Code{iam.CodeNotFound},
		request:     MailSettingsRequest{SenderName: "Northwind People", ReplyTo: "people@northwind.example", Notices: true}, response: settings,
	}, s.setMailSettings)
	register(s, operation{
		id: "list-mail-templates", method: http.MethodGet, path: "/mail-templates", tag: tagMail, guard: needs(iam.PermBrandingManage),
		summary:     "List the texts of mails",
		description: "What each kind of mail says in each language, and which variables it may use. The greeting above and the link of the button are not part of it.",
		response:    Items[MailTemplate]{[]MailTemplate{builtIn}},
	}, s.listMailTemplates)
	register(s, operation{
		id: "set-mail-template", method: http.MethodPut, path: "/mail-templates", tag: tagMail, guard: needs(iam.PermBrandingManage), conditional: true, status: http.StatusOK,
		summary:     "Change the text of a mail",
		description: "Gives a kind of mail a text of the company's own in a language. A variable that the kind does not have is an error of its field. Texts are plain: markup is shown as it is.",
		request:     request, response: own,
	}, s.setMailTemplate)
	register(s, operation{
		id: "reset-mail-template", method: http.MethodPost, path: "/mail-templates/reset", tag: tagMail, guard: needs(iam.PermBrandingManage), conditional: true, status: http.StatusOK,
		summary:     "Go back to the built-in text",
		description: "Removes the company's own text of a kind of mail in a language.",
		request:     MailTemplateName{Kind: mail.Invitation, Locale: "en"}, response: builtIn,
	}, s.resetMailTemplate)
	register(s, operation{
		id: "preview-mail-template", method: http.MethodPost, path: "/mail-templates/preview", tag: tagMail, guard: needs(iam.PermBrandingManage), status: http.StatusOK,
		summary:     "Preview the text of a mail",
		description: "Shows a mail with the text, filled with made-up data, and says what is wrong with it as saving would.",
		request:     request, response: MailPreview{Subject: "Ada Okafor invites you to Northwind", Text: "Hello María Ruiz, …", HTML: "<p>Hello María Ruiz, …</p>"},
	}, s.previewMailTemplate)
}
