package people

// locale says how often a language occurs and where its speakers live.
type locale struct {
	file   string  // name table in names/
	weight float64 // relative share of all people
	native float64 // share who write their name in the native script
	skew   float64 // Zipf exponent of family names
	two    float64 // share with two family names
	ui     string  // console language: one of en es fr de
	uiPart float64 // share who use it; the others use English
	zones  []string
	phones []string // E.164 with # for a random digit
}

// Reserved for drama: North America 555-01xx, Ofcom, ARCEP, Bundesnetzagentur.
var (
	phonesUS = []string{"+121255501##", "+141555501##", "+131255501##", "+161755501##", "+141655501##", "+120655501##"}
	phonesUK = []string{"+447700900###", "+442079460###", "+441614960###", "+441314960###"}
	phonesFR = []string{"+3363998####", "+3319900####", "+3326191####", "+3353649####"}
	phonesDE = []string{"+493023125###", "+496990009###", "+494066969###", "+498999998###"}
)

// locales holds the mix of an international company with its centre of gravity
// in Europe and the Americas.
var locales = []locale{
	{"en", 23, 1, 0.85, 0.03, "en", 1, []string{"America/New_York", "Europe/London", "America/Chicago", "America/Los_Angeles", "America/Toronto", "Australia/Sydney", "Europe/Dublin", "America/Denver", "Pacific/Auckland"}, append(append([]string{}, phonesUS...), phonesUK...)},
	{"es", 12, 1, 0.8, 0.55, "es", 0.9, []string{"Europe/Madrid", "America/Mexico_City", "America/Bogota", "America/Argentina/Buenos_Aires", "America/Lima", "America/Santiago"}, []string{"+34955550###", "+52555550####", "+571555010####", "+541155501###", "+51155501##"}},
	{"fr", 7, 1, 0.75, 0.04, "fr", 0.93, []string{"Europe/Paris", "America/Montreal", "Europe/Brussels", "Africa/Abidjan", "Africa/Dakar"}, phonesFR},
	{"de", 8, 1, 0.85, 0.05, "de", 0.93, []string{"Europe/Berlin", "Europe/Vienna", "Europe/Zurich"}, phonesDE},
	{"pt", 7, 1, 0.9, 0.4, "en", 1, []string{"America/Sao_Paulo", "Europe/Lisbon", "America/Fortaleza"}, []string{"+551155501###", "+351215550###"}},
	{"it", 4, 1, 0.7, 0.02, "en", 1, []string{"Europe/Rome"}, []string{"+39065550###", "+39025550####"}},
	{"pl", 5, 1, 0.7, 0.04, "en", 1, []string{"Europe/Warsaw"}, []string{"+48225550###", "+48125550###"}},
	{"tr", 4, 1, 0.8, 0, "en", 1, []string{"Europe/Istanbul"}, []string{"+902125550###", "+903125550###"}},
	{"ar", 4, 0.45, 0.8, 0, "en", 1, []string{"Africa/Cairo", "Asia/Riyadh", "Asia/Dubai", "Africa/Casablanca", "Asia/Beirut", "Asia/Amman"}, []string{"+20225550###", "+966115550###", "+97145550###"}},
	{"he", 1.3, 0.5, 0.9, 0, "en", 1, []string{"Asia/Jerusalem"}, []string{"+97235550###", "+97225550###"}},
	{"hi", 7, 0.12, 0.8, 0, "en", 1, []string{"Asia/Kolkata"}, []string{"+911155501###", "+912255501###", "+918055501###"}},
	{"zh", 5, 0.5, 0.9, 0, "en", 1, []string{"Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Singapore"}, []string{"+861055501###", "+862155501###", "+85225550###"}},
	{"ja", 3, 0.6, 0.6, 0, "en", 1, []string{"Asia/Tokyo"}, []string{"+81355501###", "+81655501###"}},
	{"ko", 2, 0.55, 1.1, 0, "en", 1, []string{"Asia/Seoul"}, []string{"+8225550###", "+82515550###"}},
	{"vi", 2.6, 1, 1.3, 0, "en", 1, []string{"Asia/Ho_Chi_Minh"}, []string{"+842855501###", "+842455501###"}},
	{"th", 0.9, 0.5, 0.5, 0, "en", 1, []string{"Asia/Bangkok"}, []string{"+6625550###"}},
	{"ru", 2, 0.6, 0.7, 0, "en", 1, []string{"Europe/Riga", "Asia/Almaty", "Asia/Tbilisi", "Europe/Belgrade"}, []string{"+37165550###", "+77275550###"}},
	{"uk", 2.4, 0.55, 0.7, 0, "en", 1, []string{"Europe/Kyiv"}, []string{"+380445550###", "+380325550###"}},
	{"el", 1.4, 0.5, 0.8, 0, "en", 1, []string{"Europe/Athens"}, []string{"+302105550###"}},
	{"ng", 3.4, 1, 0.7, 0.05, "en", 1, []string{"Africa/Lagos"}, []string{"+23415550###"}},
	{"is", 0.4, 1, 0.6, 0, "en", 1, []string{"Atlantic/Reykjavik"}, []string{"+3545550###"}},
	{"nl", 2.2, 1, 0.75, 0.03, "en", 1, []string{"Europe/Amsterdam", "Europe/Brussels"}, []string{"+31205550###", "+3225550###"}},
	{"nordic", 2, 1, 0.8, 0.03, "en", 1, []string{"Europe/Stockholm", "Europe/Copenhagen", "Europe/Oslo", "Europe/Helsinki"}, []string{"+4685550###", "+4533555###", "+4722555###", "+35895550###"}},
	{"ph", 2.4, 1, 0.6, 0.02, "en", 1, []string{"Asia/Manila", "Asia/Jakarta"}, []string{"+63285550###", "+622155501###"}},
}
