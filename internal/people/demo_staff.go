package people

// demoStaff is everybody at the demo company. It covers every user type and
// status, people who never signed in, and names that break careless software:
// right-to-left, one letter, very long, with apostrophes, marks and emoji.
var demoStaff = []staff{
	// The agency.
	{"Ines", "Marchetti", "Ines", "ines.marchetti", "kestrel-lane", "tenant_admin", "admin", "", 38, "Europe/Rome", "en", "signin everywhere"},
	{"Tobias", "Lindqvist", "Tobi", "tobias.lindqvist", "kestrel-lane", "supervisor", "manager people_desk", "night-owls", 5, "Europe/Stockholm", "en", "signin everywhere lead"},
	{"Nkechi", "Okonkwo", "Kechi", "nkechi.okonkwo", "kestrel-lane", "supervisor", "supervisor", "floaters", 30, "Africa/Lagos", "en", "signin everywhere lead"},
	{"Mateo", "Herrera Ruiz", "Mateo", "mateo.herrera", "kestrel-lane", "agent", "agent", "floaters night-owls", 22, "Europe/Madrid", "es", "signin also=brightdesk also=pebblepath-travel"},
	{"Claire", "Le Goff", "", "claire.legoff", "kestrel-lane", "analyst", "analyst quality_reviewer", "", 19, "Europe/Paris", "fr", "signin everywhere"},
	{"Jonas", "Weiß", "", "jonas.weiss", "kestrel-lane", "viewer", "viewer", "", 34, "Europe/Berlin", "de", "signin everywhere"},
	{"Yuki", "Nakamura", "Yuki 🌸", "yuki.nakamura", "kestrel-lane", "bot_admin", "bot_builder knowledge_editor", "bot-workshop", 11, "Asia/Tokyo", "en", "signin everywhere lead"},
	{"Directory", "Sync", "", "directory-sync", "kestrel-lane", "service", "people_desk agent", "", -1, "UTC", "en", "nophone"},
	{"Zofia", "Brzęczyszczykiewicz", "Zosia", "zofia.b", "kestrel-lane", "tenant_admin", "admin privacy_officer", "", 10, "Europe/Warsaw", "en", "everywhere"},
	{"Rajesh", "Venkataraman", "Raj", "rajesh.venkataraman", "kestrel-lane", "bot_admin", "bot_builder channel_keeper", "bot-workshop", 33, "Asia/Kolkata", "en", "everywhere"},
	{"Siobhán", "O'Brien", "Shiv", "siobhan.obrien", "kestrel-lane", "supervisor", "supervisor shift_lead", "night-owls", 14, "Europe/Dublin", "en", "everywhere"},
	{"Nguyễn Thị Minh", "Khai", "Mia", "minh.khai", "kestrel-lane", "agent", "agent", "floaters", 4, "Asia/Ho_Chi_Minh", "en", "also=marrow-and-mint"},
	{"Kwame", "Adu-Mensah", "Kwame", "kwame.adumensah", "kestrel-lane", "agent", "agent shift_lead", "night-owls", 25, "Africa/Abidjan", "en", ""},
	{"Léa", "Moreau", "Léa M.", "lea.moreau", "kestrel-lane", "agent", "agent", "floaters", -1, "Europe/Paris", "fr", "also=volta-nord"},
	{"O", "Min", "O", "o.min", "kestrel-lane", "agent", "agent", "night-owls", -1, "Asia/Seoul", "en", ""},
	{"Duarte", "Vasconcelos", "", "duarte.vasconcelos", "kestrel-lane", "analyst", "analyst", "", 16, "Europe/Lisbon", "en", "everywhere"},
	{"Hallgerður", "Össurardóttir", "Halla", "halla.ossurardottir", "kestrel-lane", "bot_admin", "bot_builder", "bot-workshop", -1, "Atlantic/Reykjavik", "en", ""},
	{"Ruth", "Abernethy", "", "ruth.abernethy", "kestrel-lane", "viewer", "viewer privacy_officer", "", 28, "Europe/London", "en", "everywhere"},
	{"Björn", "Þórðarson", "", "bjorn.thordarson", "kestrel-lane", "agent", "agent", "night-owls", -1, "Atlantic/Reykjavik", "en", "suspended"},
	{"Chiamaka", "Eze", "Chi", "chiamaka.eze", "kestrel-lane", "agent", "agent", "floaters", -1, "Africa/Lagos", "en", "never"},
	{"Report", "Exporter", "", "report-exporter", "kestrel-lane", "service", "quality_reviewer", "", -1, "UTC", "en", "nophone"},
	{"Elif", "Çavuşoğlu", "Elif", "elif.cavusoglu", "kestrel-lane", "agent", "test_agent", "bot-workshop", 37, "Europe/Istanbul", "en", ""},

	// Brightdesk.
	{"Hannah", "Pemberton", "Hannah", "hannah.pemberton", "brightdesk", "supervisor", "manager", "orders", 2, "Europe/London", "en", "signin lead"},
	{"Callum", "MacLeod", "Cal", "callum.macleod", "brightdesk", "agent", "agent", "orders", 24, "Europe/London", "en", ""},
	{"عمر", "الخطيب", "Omar", "omar.alkhatib", "brightdesk", "agent", "agent", "orders assembly", 6, "Asia/Amman", "en", ""},
	{"Priya", "Subramaniam", "Priya", "priya.subramaniam", "brightdesk", "agent", "agent shift_lead", "assembly", 35, "Asia/Kolkata", "en", "lead"},
	{"Wolfgang", "Schwarzenberger-Niedermeier", "Wolf", "w.schwarzenberger", "brightdesk", "analyst", "analyst", "", 21, "Europe/Vienna", "de", ""},
	{"Tamsin", "Entwistle", "", "tamsin.entwistle", "brightdesk", "member", "org_admin", "", -1, "Europe/London", "en", "signin"},
	{"Emeka", "Nwosu", "Emeka", "emeka.nwosu", "brightdesk", "agent", "agent", "assembly", 15, "Africa/Lagos", "en", ""},
	{"Jean-Baptiste", "Quéméneur", "JB", "jb.quemeneur", "brightdesk", "agent", "agent", "orders", -1, "Europe/Paris", "fr", "suspended"},
	{"Olga", "Kowalczyk", "", "olga.kowalczyk", "brightdesk", "bot_admin", "bot_builder", "", -1, "Europe/Warsaw", "en", "never"},
	{"Ticket", "Relay", "", "ticket-relay", "brightdesk", "service", "", "", -1, "UTC", "en", "nophone"},

	// Marrow & Mint.
	{"Lucía", "Echeverría de la Fuente", "Lucía", "lucia.echeverria", "marrow-and-mint", "supervisor", "manager knowledge_editor", "doorstep", 39, "Europe/Madrid", "es", "signin lead"},
	{"秀英", "欧阳", "Ivy", "xiuying.ouyang", "marrow-and-mint", "agent", "agent", "doorstep", -1, "Asia/Singapore", "en", ""},
	{"Σταύρος", "Παπαχαραλαμπόπουλος", "Stavros", "stavros.p", "marrow-and-mint", "agent", "agent", "doorstep", 12, "Europe/Athens", "en", ""},
	{"Aaliyah", "Thompson", "Aali 🥕", "aaliyah.thompson", "marrow-and-mint", "agent", "agent", "farm-desk", 3, "America/New_York", "en", "lead"},
	{"João", "dos Santos", "", "joao.dossantos", "marrow-and-mint", "agent", "agent", "farm-desk", 23, "America/Sao_Paulo", "en", ""},
	{"Ọmọ́wùmí", "Ọlátúnjí", "Wumi", "omowumi.olatunji", "marrow-and-mint", "analyst", "analyst quality_reviewer", "", 9, "Africa/Lagos", "en", ""},
	{"Ewa", "Zając", "", "ewa.zajac", "marrow-and-mint", "viewer", "viewer", "", -1, "Europe/Warsaw", "en", "nophone"},
	{"Sven", "van 't Hof", "", "sven.vanthof", "marrow-and-mint", "agent", "agent", "doorstep", -1, "Europe/Amsterdam", "en", "suspended"},
	{"María José", "Zubizarreta", "", "mariajose.z", "marrow-and-mint", "agent", "agent", "farm-desk", -1, "Europe/Madrid", "es", "never"},

	// Volta Nord.
	{"Søren", "Kjærgaard", "Søren", "soren.kjaergaard", "volta-nord", "supervisor", "manager", "billing", 27, "Europe/Copenhagen", "en", "signin lead"},
	{"Annika", "Grünewald", "Anni", "annika.gruenewald", "volta-nord", "agent", "agent", "billing", -1, "Europe/Berlin", "de", ""},
	{"ליאת", "בן דוד", "Liat", "liat.bendavid", "volta-nord", "agent", "agent shift_lead", "outages", -1, "Asia/Jerusalem", "en", "lead"},
	{"Олександр", "Шевченко", "Sasha", "oleksandr.shevchenko", "volta-nord", "agent", "agent", "outages", 1, "Europe/Kyiv", "en", ""},
	{"Friederike", "von der Heide", "Rike", "friederike.vdheide", "volta-nord", "bot_admin", "bot_builder channel_keeper", "", -1, "Europe/Berlin", "de", ""},
	{"Fatima-Zahra", "Benali", "Zahra", "fatimazahra.benali", "volta-nord", "agent", "agent", "billing", 29, "Africa/Casablanca", "fr", ""},
	{"Väinö", "Hämäläinen", "", "vaino.hamalainen", "volta-nord", "analyst", "analyst", "", -1, "Europe/Helsinki", "en", ""},
	{"Ü", "Öz", "", "u.oz", "volta-nord", "viewer", "viewer", "", -1, "Europe/Istanbul", "en", "never"},
	{"Meter", "Importer", "", "meter-importer", "volta-nord", "service", "", "", -1, "UTC", "en", "nophone suspended"},

	// Pebblepath Travel.
	{"Margaux", "Beauchemin", "Margaux", "margaux.beauchemin", "pebblepath-travel", "supervisor", "manager knowledge_editor", "bookings", -1, "America/Montreal", "fr", "signin lead"},
	{"नंदिनी", "कुलकर्णी", "Nandini", "nandini.kulkarni", "pebblepath-travel", "agent", "agent", "bookings", 8, "Asia/Kolkata", "en", ""},
	{"Desmond", "Achebe", "Des 🥾", "desmond.achebe", "pebblepath-travel", "agent", "agent shift_lead", "on-the-trail", 7, "Europe/London", "en", "lead"},
	{"สมชาย", "วัฒนพงศ์ศิริกุล", "Chai", "somchai.w", "pebblepath-travel", "agent", "agent", "on-the-trail", -1, "Asia/Bangkok", "en", ""},
	{"지우", "김", "Jiwoo", "jiwoo.kim", "pebblepath-travel", "agent", "agent", "bookings", -1, "Asia/Seoul", "en", ""},
	{"Maria Aparecida Conceição", "Albuquerque Vasconcelos do Nascimento", "Cida", "cida.albuquerque", "pebblepath-travel", "agent", "agent", "bookings", 18, "America/Sao_Paulo", "en", ""},
	{"Giorgos", "Xenakis", "", "giorgos.xenakis", "pebblepath-travel", "analyst", "analyst", "", -1, "Europe/Athens", "en", ""},
	{"Poppy", "Featherstonehaugh", "Poppy", "poppy.f", "pebblepath-travel", "member", "", "", -1, "Europe/London", "en", "signin tick=home tick=conversations tick=analytics tick=custom_tabs"},
	{"فاطمة", "المنصوري", "Fatima", "fatima.almansoori", "pebblepath-travel", "agent", "agent", "on-the-trail", 13, "Asia/Dubai", "en", ""},
	{"Iñaki", "Goikoetxea", "", "inaki.goikoetxea", "pebblepath-travel", "agent", "agent", "bookings", -1, "Europe/Madrid", "es", "suspended"},
}
