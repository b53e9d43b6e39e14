package mail

// locales holds every text, by language.
var locales = map[string]locale{
	"en": {
		common{
			"Hello{{with .Name}} {{.}}{{end}},", "You can now:", "You can no longer:", "This message was sent automatically.", "and %d more", "Work in %s",
			[3][2]string{{"minute", "minutes"}, {"hour", "hours"}, {"day", "days"}},
			[12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
			"%s %s %d, %s (%s)", "",
		},
		map[Kind]phrases{
			PasswordReset: {
				"Reset your password for {{.TenantName}}",
				[]string{"Somebody, probably you, asked to reset the password of your account at {{.TenantName}}.", "The link works once and for {{.Expiry}}."},
				"Choose a new password", "If this was not you, ignore this message. Your password stays as it is.",
			},
			PasswordChanged: {
				"Your password for {{.TenantName}} was changed",
				[]string{"The password of your account at {{.TenantName}} was changed on {{.When}}."},
				"Sign in", "If this was not you, reset your password now and tell your administrator.",
			},
			EmailChanged: {
				"Your e-mail address for {{.TenantName}} was changed",
				[]string{"The e-mail address of your account at {{.TenantName}} was changed on {{.When}}. You no longer sign in as {{.Email}}, and messages go to the new address."},
				"Sign in", "If this was not you, tell your administrator now.",
			},
			TemporaryPasswordReset: {
				"Your password for {{.TenantName}} was reset",
				[]string{"An administrator of {{.TenantName}} reset your password and you were signed out everywhere.", "They will give you a temporary password, which works until {{.End}}. You choose your own when you sign in."},
				"Sign in", "If you did not expect this, ask your administrator.",
			},
			AccessChanged: {
				"Your access to {{.TenantName}} has changed",
				[]string{"What you can do at {{.TenantName}} was changed."},
				"See my access", "If something is missing, ask your administrator.",
			},
			Invitation: {
				"{{.Inviter}} invites you to {{.Organization}}",
				[]string{"{{.Inviter}} invites you to join {{.Organization}}.", "The link works once and for {{.Expiry}}. Nothing happens before you press the button on the page that it opens."},
				"Join {{.Organization}}", "If you don’t know {{.Inviter}}, ignore this message. Nothing happens then.",
			},
			SignInInvitation: {
				"Your access to {{.Organization}} is ready",
				[]string{"{{.Inviter}} has set up your account for {{.Organization}}. You sign in as {{.Email}}.", "The link below signs you in once, without a password, and works for {{.Expiry}}. You choose a password when you have none of your own yet."},
				"Sign in to {{.Organization}}", "If you did not expect this, ask your administrator.",
			},
			ReviewDue: {
				"Time to review who may do what in {{.Organization}}",
				[]string{"The next access review of {{.Organization}} is due.", "It lists every account with what it may do and has not used. You keep, reduce or remove each, and get a signed report."},
				"Review access", "You get this because you may review access there.",
			},
			DomainFailing: {
				"The domain {{.Domain}} of {{.Organization}} needs its proof",
				[]string{"{{.Domain}} leads people to {{.Organization}}, but the proof that the domain is yours was not found any more.", "Publish its TXT record again. If it is not found within {{.Expiry}}, nobody reaches {{.Organization}} under {{.Domain}} any more."},
				"See the record", "You get this because you may manage branding there.",
			},
		},
	},
	"es": {
		common{
			"Hola{{with .Name}}, {{.}}{{end}}:", "Ahora puedes:", "Ya no puedes:", "Este mensaje se envió automáticamente.", "y %d más", "Trabajar en %s",
			[3][2]string{{"minuto", "minutos"}, {"hora", "horas"}, {"día", "días"}},
			[12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
			"%s de %s de %d, %s (%s)", "",
		},
		map[Kind]phrases{
			PasswordReset: {
				"Restablece tu contraseña de {{.TenantName}}",
				[]string{"Alguien, probablemente tú, pidió restablecer la contraseña de tu cuenta en {{.TenantName}}.", "El enlace funciona una sola vez y durante {{.Expiry}}."},
				"Elegir una contraseña nueva", "Si no fuiste tú, ignora este mensaje. Tu contraseña no cambia.",
			},
			PasswordChanged: {
				"Tu contraseña de {{.TenantName}} ha cambiado",
				[]string{"La contraseña de tu cuenta en {{.TenantName}} se cambió el {{.When}}."},
				"Iniciar sesión", "Si no fuiste tú, restablece la contraseña ahora y avisa a tu administrador.",
			},
			EmailChanged: {
				"Tu dirección de correo de {{.TenantName}} ha cambiado",
				[]string{"La dirección de correo de tu cuenta en {{.TenantName}} se cambió el {{.When}}. Ya no inicias sesión como {{.Email}} y los mensajes llegan a la nueva dirección."},
				"Iniciar sesión", "Si no fuiste tú, avisa ahora a tu administrador.",
			},
			TemporaryPasswordReset: {
				"Se restableció tu contraseña de {{.TenantName}}",
				[]string{"Un administrador de {{.TenantName}} restableció tu contraseña y se cerraron todas tus sesiones.", "Te dará una contraseña temporal, que funciona hasta el {{.End}}. Elegirás la tuya al iniciar sesión."},
				"Iniciar sesión", "Si no lo esperabas, pregunta a tu administrador.",
			},
			AccessChanged: {
				"Tu acceso a {{.TenantName}} ha cambiado",
				[]string{"Ha cambiado lo que puedes hacer en {{.TenantName}}."},
				"Ver mi acceso", "Si falta algo, pregunta a tu administrador.",
			},
			Invitation: {
				"{{.Inviter}} te invita a {{.Organization}}",
				[]string{"{{.Inviter}} te invita a unirse a {{.Organization}}.", "El enlace funciona una sola vez y durante {{.Expiry}}. No ocurre nada hasta que pulses el botón de la página que abre."},
				"Unirse a {{.Organization}}", "Si no conoces a {{.Inviter}}, ignora este mensaje. Entonces no ocurre nada.",
			},
			SignInInvitation: {
				"Tu acceso a {{.Organization}} está listo",
				[]string{"{{.Inviter}} ha preparado tu cuenta para {{.Organization}}. Inicia sesión como {{.Email}}.", "El enlace inicia tu sesión una vez, sin contraseña, y funciona durante {{.Expiry}}. Si aún no tienes una contraseña propia, la elegirás entonces."},
				"Iniciar sesión en {{.Organization}}", "Si no lo esperabas, pregunta a tu administrador.",
			},
			ReviewDue: {
				"Toca revisar quién puede hacer qué en {{.Organization}}",
				[]string{"Toca la próxima revisión de accesos de {{.Organization}}.", "Muestra cada cuenta con lo que puede hacer y no ha usado. Mantén, reduce o retira cada acceso y obtén un informe firmado."},
				"Revisar accesos", "Recibes este mensaje porque puedes revisar los accesos allí.",
			},
			DomainFailing: {
				"El dominio {{.Domain}} de {{.Organization}} necesita su prueba",
				[]string{"{{.Domain}} lleva a la gente a {{.Organization}}, pero ya no se encontró la prueba de que el dominio es tuyo.", "Vuelve a publicar su registro TXT. Si no se encuentra en un plazo de {{.Expiry}}, ya nadie llegará a {{.Organization}} con {{.Domain}}."},
				"Ver el registro", "Recibes este mensaje porque puedes gestionar allí la imagen de marca.",
			},
		},
	},
	"fr": {
		common{
			"Bonjour{{with .Name}} {{.}}{{end}},", "Vous pouvez maintenant :", "Vous ne pouvez plus :", "Ce message a été envoyé automatiquement.", "et %d autres", "Travailler dans %s",
			[3][2]string{{"minute", "minutes"}, {"heure", "heures"}, {"jour", "jours"}},
			[12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
			"%s %s %d à %s (%s)", "1er",
		},
		map[Kind]phrases{
			PasswordReset: {
				"Réinitialisez votre mot de passe {{.TenantName}}",
				[]string{"Quelqu’un, sans doute vous, a demandé à réinitialiser le mot de passe de votre compte chez {{.TenantName}}.", "Le lien fonctionne une seule fois, pendant {{.Expiry}}."},
				"Choisir un nouveau mot de passe", "Si ce n’était pas vous, ignorez ce message. Votre mot de passe ne change pas.",
			},
			PasswordChanged: {
				"Votre mot de passe {{.TenantName}} a été modifié",
				[]string{"Le mot de passe de votre compte chez {{.TenantName}} a été modifié le {{.When}}."},
				"Se connecter", "Si ce n’était pas vous, réinitialisez votre mot de passe maintenant et prévenez votre administrateur.",
			},
			EmailChanged: {
				"Votre adresse e-mail {{.TenantName}} a été modifiée",
				[]string{"L’adresse e-mail de votre compte chez {{.TenantName}} a été modifiée le {{.When}}. Vous ne vous connectez plus avec {{.Email}} et les messages arrivent à la nouvelle adresse."},
				"Se connecter", "Si ce n’était pas vous, prévenez votre administrateur maintenant.",
			},
			TemporaryPasswordReset: {
				"Votre mot de passe {{.TenantName}} a été réinitialisé",
				[]string{"Un administrateur de {{.TenantName}} a réinitialisé votre mot de passe et toutes vos sessions ont été fermées.", "Il vous donnera un mot de passe temporaire, valable jusqu’au {{.End}}. Vous choisirez le vôtre en vous connectant."},
				"Se connecter", "Si vous ne vous y attendiez pas, demandez à votre administrateur.",
			},
			AccessChanged: {
				"Votre accès à {{.TenantName}} a changé",
				[]string{"Ce que vous pouvez faire chez {{.TenantName}} a changé."},
				"Voir mes accès", "S’il manque quelque chose, demandez à votre administrateur.",
			},
			Invitation: {
				"{{.Inviter}} vous invite à rejoindre {{.Organization}}",
				[]string{"{{.Inviter}} vous invite à rejoindre {{.Organization}}.", "Le lien fonctionne une seule fois, pendant {{.Expiry}}. Rien ne se passe avant que vous n’appuyiez sur le bouton de la page qu’il ouvre."},
				"Rejoindre {{.Organization}}", "Si vous ne connaissez pas {{.Inviter}}, ignorez ce message. Il ne se passera rien.",
			},
			SignInInvitation: {
				"Votre accès à {{.Organization}} est prêt",
				[]string{"{{.Inviter}} a préparé votre compte pour {{.Organization}}. Vous vous connectez avec {{.Email}}.", "Le lien vous connecte une seule fois, sans mot de passe, pendant {{.Expiry}}. Vous choisissez un mot de passe si vous n’en avez pas encore."},
				"Se connecter à {{.Organization}}", "Si vous ne vous y attendiez pas, demandez à votre administrateur.",
			},
			ReviewDue: {
				"Il est temps de revoir les accès de {{.Organization}}",
				[]string{"La prochaine revue des accès de {{.Organization}} est à faire.", "Elle montre chaque compte avec ce qu’il peut faire et n’a pas utilisé. Vous conservez, réduisez ou retirez chaque accès et obtenez un rapport signé."},
				"Passer les accès en revue", "Vous recevez ce message parce que vous pouvez y revoir les accès.",
			},
			DomainFailing: {
				"Le domaine {{.Domain}} de {{.Organization}} a besoin de sa preuve",
				[]string{"{{.Domain}} mène à {{.Organization}}, mais la preuve que le domaine est à vous n’a plus été trouvée.", "Publiez de nouveau son enregistrement TXT. S’il n’est pas trouvé d’ici {{.Expiry}}, plus personne n’atteindra {{.Organization}} avec {{.Domain}}."},
				"Voir l’enregistrement", "Vous recevez ce message parce que vous pouvez y gérer l’identité visuelle.",
			},
		},
	},
	"de": {
		common{
			"Guten Tag{{with .Name}} {{.}}{{end}},", "Sie können jetzt:", "Sie können nicht mehr:", "Diese Nachricht wurde automatisch gesendet.", "und %d weitere", "In %s arbeiten",
			[3][2]string{{"Minute", "Minuten"}, {"Stunde", "Stunden"}, {"Tag", "Tage"}},
			[12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
			"%s. %s %d, %s Uhr (%s)", "",
		},
		map[Kind]phrases{
			PasswordReset: {
				"Setzen Sie Ihr Passwort für {{.TenantName}} zurück",
				[]string{"Jemand, vermutlich Sie, möchte das Passwort Ihres Kontos bei {{.TenantName}} zurücksetzen.", "Der Link funktioniert einmal. Gültigkeit: {{.Expiry}}."},
				"Neues Passwort wählen", "Wenn Sie das nicht waren, ignorieren Sie diese Nachricht. Ihr Passwort bleibt, wie es ist.",
			},
			PasswordChanged: {
				"Ihr Passwort für {{.TenantName}} wurde geändert",
				[]string{"Das Passwort Ihres Kontos bei {{.TenantName}} wurde geändert: {{.When}}."},
				"Anmelden", "Wenn Sie das nicht waren, setzen Sie Ihr Passwort jetzt zurück und informieren Sie Ihre Administration.",
			},
			EmailChanged: {
				"Ihre E-Mail-Adresse bei {{.TenantName}} wurde geändert",
				[]string{"Die E-Mail-Adresse Ihres Kontos bei {{.TenantName}} wurde am {{.When}} geändert. Sie melden sich nicht mehr als {{.Email}} an, und Nachrichten gehen an die neue Adresse."},
				"Anmelden", "Wenn Sie das nicht waren, benachrichtigen Sie jetzt Ihre Administration.",
			},
			TemporaryPasswordReset: {
				"Ihr Passwort für {{.TenantName}} wurde zurückgesetzt",
				[]string{"Die Administration von {{.TenantName}} hat Ihr Passwort zurückgesetzt und Sie überall abgemeldet.", "Sie erhalten von ihr ein vorläufiges Passwort. Es gilt bis zum {{.End}}. Ihr eigenes wählen Sie beim Anmelden."},
				"Anmelden", "Wenn Sie das nicht erwartet haben, fragen Sie Ihre Administration.",
			},
			AccessChanged: {
				"Ihr Zugriff auf {{.TenantName}} hat sich geändert",
				[]string{"Was Sie bei {{.TenantName}} tun können, hat sich geändert."},
				"Meinen Zugriff ansehen", "Wenn etwas fehlt, fragen Sie Ihre Administration.",
			},
			Invitation: {
				"{{.Inviter}} lädt Sie zu {{.Organization}} ein",
				[]string{"{{.Inviter}} lädt Sie ein, {{.Organization}} beizutreten.", "Der Link funktioniert einmal. Gültigkeit: {{.Expiry}}. Es geschieht nichts, bevor Sie auf der Seite, die er öffnet, den Knopf drücken."},
				"{{.Organization}} beitreten", "Wenn Sie {{.Inviter}} nicht kennen, ignorieren Sie diese Nachricht. Dann geschieht nichts.",
			},
			SignInInvitation: {
				"Ihr Zugang zu {{.Organization}} ist bereit",
				[]string{"{{.Inviter}} hat Ihr Konto für {{.Organization}} eingerichtet. Sie melden sich als {{.Email}} an.", "Der Link meldet Sie einmal ohne Passwort an. Gültigkeit: {{.Expiry}}. Wenn Sie noch kein eigenes Passwort haben, wählen Sie dann eines."},
				"Bei {{.Organization}} anmelden", "Wenn Sie das nicht erwartet haben, fragen Sie Ihre Administration.",
			},
			ReviewDue: {
				"Die Zugriffe bei {{.Organization}} sind wieder zu prüfen",
				[]string{"Die nächste Überprüfung der Zugriffe bei {{.Organization}} ist fällig.", "Sie zeigt jedes Konto mit dem, was es darf und nicht genutzt hat. Sie behalten, verringern oder entfernen die Zugriffe und erhalten einen signierten Bericht."},
				"Zugriffe prüfen", "Sie erhalten diese Nachricht, weil Sie dort Zugriffe prüfen dürfen.",
			},
			DomainFailing: {
				"Der Domain {{.Domain}} von {{.Organization}} fehlt der Nachweis",
				[]string{"{{.Domain}} führt zu {{.Organization}}, aber der Nachweis, dass die Domain Ihnen gehört, wurde nicht mehr gefunden.", "Veröffentlichen Sie den TXT-Eintrag wieder. Verbleibende Zeit: {{.Expiry}}. Danach ist {{.Organization}} unter {{.Domain}} nicht mehr zu erreichen."},
				"Eintrag ansehen", "Sie erhalten diese Nachricht, weil Sie dort das Erscheinungsbild verwalten dürfen.",
			},
		},
	},
}
