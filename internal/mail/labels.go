package mail

import "strings"

// labels say what each permission allows in the languages of mails, as the
// console does: English, Spanish, French, German.
var labels = map[string][4]string{
	"users.read":              {"See users", "Ver usuarios", "Voir les utilisateurs", "Benutzer sehen"},
	"users.create":            {"Add users", "Añadir usuarios", "Ajouter des utilisateurs", "Benutzer hinzufügen"},
	"users.update":            {"Edit users", "Editar usuarios", "Modifier des utilisateurs", "Benutzer bearbeiten"},
	"users.suspend":           {"Suspend and reactivate users", "Suspender y reactivar usuarios", "Suspendre et réactiver des utilisateurs", "Benutzer sperren und reaktivieren"},
	"users.delete":            {"Delete users", "Eliminar usuarios", "Supprimer des utilisateurs", "Benutzer löschen"},
	"users.reset_password":    {"Reset passwords", "Restablecer contraseñas", "Réinitialiser des mots de passe", "Passwörter zurücksetzen"},
	"users.import":            {"Import users", "Importar usuarios", "Importer des utilisateurs", "Benutzer importieren"},
	"users.export":            {"Export users", "Exportar usuarios", "Exporter les utilisateurs", "Benutzer exportieren"},
	"users.invite":            {"Invite users", "Invitar a usuarios", "Inviter des utilisateurs", "Personen einladen"},
	"users.impersonate":       {"Log in as users", "Iniciar sesión como otros", "Se connecter en tant que d’autres", "Sich als andere anmelden"},
	"users.erase":             {"Erase personal data", "Borrar datos personales", "Effacer les données personnelles", "Personenbezogene Daten löschen"},
	"sessions.read":           {"See where people are signed in", "Ver dónde tiene la gente sesión abierta", "Voir où les personnes sont connectées", "Sehen, wo Personen angemeldet sind"},
	"sessions.revoke":         {"Sign people out", "Cerrar sesiones de otros", "Déconnecter des personnes", "Personen abmelden"},
	"fields.manage":           {"Define custom fields", "Definir campos propios", "Définir des champs personnalisés", "Eigene Felder festlegen"},
	"directory.read":          {"See colleagues", "Ver compañeros", "Voir les collègues", "Kollegen sehen"},
	"roles.read":              {"See roles", "Ver roles", "Voir les rôles", "Rollen sehen"},
	"roles.manage":            {"Create, edit and delete roles", "Crear, editar y eliminar roles", "Créer, modifier et supprimer des rôles", "Rollen anlegen, bearbeiten und löschen"},
	"roles.assign":            {"Give and take away roles", "Dar y quitar roles", "Donner et retirer des rôles", "Rollen geben und wegnehmen"},
	"organizations.read":      {"See organizations", "Ver organizaciones", "Voir les organisations", "Organisationen sehen"},
	"organizations.manage":    {"Create, edit and delete organizations", "Crear, editar y eliminar organizaciones", "Créer, modifier et supprimer des organisations", "Organisationen anlegen, bearbeiten und löschen"},
	"teams.read":              {"See teams", "Ver equipos", "Voir les équipes", "Teams sehen"},
	"teams.manage":            {"Create, edit and delete teams", "Crear, editar y eliminar equipos", "Créer, modifier et supprimer des équipes", "Teams anlegen, bearbeiten und löschen"},
	"audit.read":              {"Read the audit log", "Leer el registro de auditoría", "Lire le journal d’audit", "Audit-Protokoll lesen"},
	"audit.export":            {"Export the audit log", "Exportar el registro de auditoría", "Exporter le journal d’audit", "Audit-Protokoll exportieren"},
	"api_keys.manage":         {"Make own API keys", "Crear claves de API propias", "Créer ses propres clés d’API", "Eigene API-Schlüssel anlegen"},
	"service_keys.manage":     {"Make API keys for service accounts", "Crear claves de API para cuentas de servicio", "Créer des clés d’API pour les comptes de service", "API-Schlüssel für Dienstkonten anlegen"},
	"outbox.read":             {"Read the outbox", "Leer la bandeja de salida", "Lire la boîte d’envoi", "Postausgang lesen"},
	"branding.manage":         {"Manage branding", "Gestionar la imagen de marca", "Gérer l’identité visuelle", "Erscheinungsbild verwalten"},
	"tabs.manage":             {"Manage dashboard tabs", "Gestionar las pestañas del panel", "Gérer les onglets du tableau de bord", "Tabs des Dashboards verwalten"},
	"policies.manage":         {"Manage policies", "Gestionar directivas", "Gérer les règles", "Richtlinien verwalten"},
	"reviews.manage":          {"Review access", "Revisar accesos", "Passer les accès en revue", "Zugriffe überprüfen"},
	"bots.read":               {"See bots", "Ver bots", "Voir les bots", "Bots sehen"},
	"bots.manage":             {"Create, edit and delete bots", "Crear, editar y eliminar bots", "Créer, modifier et supprimer des bots", "Bots anlegen, bearbeiten und löschen"},
	"bots.configure":          {"Change the widget’s settings", "Cambiar la configuración del widget", "Modifier les réglages du widget", "Einstellungen des Widgets ändern"},
	"bots.publish":            {"Publish bots", "Publicar bots", "Publier des bots", "Bots veröffentlichen"},
	"knowledge.read":          {"See knowledge", "Ver conocimiento", "Voir les connaissances", "Wissen sehen"},
	"knowledge.manage":        {"Edit knowledge", "Editar conocimiento", "Modifier les connaissances", "Wissen bearbeiten"},
	"channels.read":           {"See channels", "Ver canales", "Voir les canaux", "Kanäle sehen"},
	"channels.manage":         {"Edit channels", "Editar canales", "Modifier les canaux", "Kanäle bearbeiten"},
	"prompts.read":            {"See prompts", "Ver prompts", "Voir les prompts", "Prompts sehen"},
	"prompts.manage":          {"Edit prompts", "Editar prompts", "Modifier les prompts", "Prompts bearbeiten"},
	"conversations.read":      {"Read conversations", "Leer conversaciones", "Lire les conversations", "Gespräche lesen"},
	"conversations.handle":    {"Handle conversations", "Atender conversaciones", "Traiter les conversations", "Gespräche führen"},
	"conversations.test":      {"Hold test conversations", "Tener conversaciones de prueba", "Tenir des conversations de test", "Testgespräche führen"},
	"conversations.monitor":   {"Monitor conversations", "Supervisar conversaciones", "Surveiller les conversations", "Gespräche beobachten"},
	"conversations.transfer":  {"Transfer conversations", "Transferir conversaciones", "Transférer les conversations", "Gespräche weitergeben"},
	"analytics.read":          {"See analytics", "Ver analítica", "Voir les analyses", "Analysen sehen"},
	"reports.read":            {"See reports", "Ver informes", "Voir les rapports", "Berichte sehen"},
	"reports.export":          {"Export reports", "Exportar informes", "Exporter les rapports", "Berichte exportieren"},
	"dashboard.home":          {"Open the Home tab", "Abrir la pestaña Inicio", "Ouvrir l’onglet Accueil", "Tab „Start“ öffnen"},
	"dashboard.conversations": {"Open the Conversations tab", "Abrir la pestaña Conversaciones", "Ouvrir l’onglet Conversations", "Tab „Konversationen“ öffnen"},
	"dashboard.analytics":     {"Open the Analytics tab", "Abrir la pestaña Analítica", "Ouvrir l’onglet Analyses", "Tab „Analysen“ öffnen"},
	"dashboard.knowledge":     {"Open the Knowledge Base tab", "Abrir la pestaña Base de conocimiento", "Ouvrir l’onglet Base de connaissances", "Tab „Wissensdatenbank“ öffnen"},
	"dashboard.channels":      {"Open the Channels tab", "Abrir la pestaña Canales", "Ouvrir l’onglet Canaux", "Tab „Kanäle“ öffnen"},
	"dashboard.prompt":        {"Open the Prompt tab", "Abrir la pestaña Prompt", "Ouvrir l’onglet Prompt", "Tab „Prompt“ öffnen"},
	"dashboard.settings":      {"Open the Settings tab", "Abrir la pestaña Configuración", "Ouvrir l’onglet Paramètres", "Tab „Einstellungen“ öffnen"},
	"dashboard.custom_tabs":   {"Open custom tabs", "Abrir pestañas personalizadas", "Ouvrir les onglets personnalisés", "Eigene Tabs öffnen"},
	"portals.tenant_admin":    {"Open the Tenant Admin portal", "Abrir el portal de administración", "Ouvrir le portail d’administration", "Verwaltungsportal öffnen"},
	"portals.operations":      {"Open the Operations portal", "Abrir el portal de Operaciones", "Ouvrir le portail Opérations", "Portal Betrieb öffnen"},
	"portals.agent_desktop":   {"Open the Agent Desktop", "Abrir el Escritorio del agente", "Ouvrir le Bureau de l’agent", "Agenten-Desktop öffnen"},
	"portals.analytics":       {"Open the Analytics portal", "Abrir el portal de Analítica", "Ouvrir le portail Analyses", "Portal Analysen öffnen"},
	workBelow:                 {"Work in %s and in everything below it", "Trabajar en %s y en todo lo que depende de ella", "Travailler dans %s et dans tout ce qui en dépend", "In %s und in allem darunter arbeiten"},
	"portals.dashboard":       {"Open the Client Dashboard", "Abrir el panel de cliente", "Ouvrir le tableau de bord client", "Kunden-Dashboard öffnen"},
}

// Label says what a permission allows in somebody's language; fallback is for
// those that have no text here.
func Label(localeName, permission, fallback string) string {
	texts, known := labels[permission]
	if !known {
		return fallback
	}
	for i, l := range Locales {
		if l == Language(localeName) {
			return texts[i]
		}
	}
	return fallback
}

// WorkIn says that somebody belongs to an organization, as one of the things
// that they can do.
func WorkIn(localeName, organization string) string {
	return strings.Replace(locales[Language(localeName)].common.WorkIn, "%s", organization, 1)
}

// WorkBelow is WorkIn for an organization and all that is below it.
func WorkBelow(localeName, organization string) string {
	return strings.Replace(Label(localeName, workBelow, ""), "%s", organization, 1)
}

const workBelow = "work below"
