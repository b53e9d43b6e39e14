// Package mail writes the messages that Retinue sends to people and hands them
// to an SMTP server.
//
// Renderer turns a kind, a locale and data into subject, text and HTML; Sender
// delivers, and classifies what goes wrong so that an outbox knows whether to
// try again. Messages carry addresses and one-time links, so nothing here logs.
package mail
